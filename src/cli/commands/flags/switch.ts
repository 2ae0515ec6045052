import type { Command } from "commander";
import { addServerOptions, connect, segment, type ServerOptions } from "../../client.ts";
import { say } from "../../output.ts";

interface Options extends ServerOptions {
  project?: string;
}

type Change = "enable" | "disable" | "inherit";

const summaries: Record<Change, string> = {
  enable: "switch a flag on, for the instance or one project",
  disable: "switch a flag off, for the instance or one project",
  inherit: "forget a flag's setting, so that it is what it inherits",
};

/** autoflow flags enable, disable, inherit */
export function configureSwitch(command: Command, change: Change): void {
  command
    .summary(summaries[change])
    .description(`${summaries[change][0]!.toUpperCase()}${summaries[change].slice(1)}.`)
    .argument("<flag>", "the flag's name")
    .option("-p, --project <project>", "for this project only")
    .addHelpText("after", `\nExample:\n  autoflow flags ${change} autoflow_enabled --project 1`);
  addServerOptions(command).action((name: string, options: Options) => setFlag(name, change, options));
}

async function setFlag(name: string, change: Change, options: Options): Promise<void> {
  const { project } = options;
  const enabled = change === "inherit" ? null : change === "enable";
  const client = await connect(options);
  await client.put(`/api/v1/flags/${segment(name)}`, { project, enabled });
  say(`${name}: ${change === "inherit" ? "inherits" : `${change}d`} for ${project ?? "the instance"}`);
}
