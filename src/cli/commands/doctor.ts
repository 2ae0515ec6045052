import type { Command } from "commander";
import type { Finding } from "../../core/finding.ts";
import { checkDatabase } from "../checks/database.ts";
import { checkClock, checkDataFolder, checkDiskSpace, checkNode } from "../checks/machine.ts";
import { checkGitLab, checkPolling } from "../checks/gitlab.ts";
import { checkServer } from "../checks/server.ts";
import { checkTemporalEngine } from "../checks/temporal.ts";
import { checkConfiguration } from "../checks/configuration.ts";
import { addServerOptions, type ServerOptions } from "../client.ts";
import { configOption, configuredEngineOption } from "../configuration.ts";
import { findDataFolder } from "../data-folder.ts";
import { addOutputOption, printList, say, type OutputFormat, type View } from "../output.ts";

interface Options extends ServerOptions {
  config?: string;
  engine?: string;
  output: OutputFormat;
}

const view: View<Finding> = {
  name: (finding) => `${finding.name}: ${finding.result}`,
  columns: [
    { title: "check", value: (finding) => finding.name },
    { title: "result", value: (finding) => finding.result },
    { title: "detail", value: (finding) => onOneLine(finding.detail) },
  ],
};

function onOneLine(text: string): string {
  const [first = "", ...more] = text.split("\n").map((line) => line.trim());
  return `${first} ${more.join("; ")}`.trimEnd();
}

/** autoflow doctor: exits with 1 when there is a problem. */
export function configureDoctor(command: Command): void {
  command.description(
    "Check this machine, the configuration, where runs are kept (the data folder and its database, or a Temporal server), GitLab's " +
      "tokens and the server. Nothing is changed.",
  );
  command.addOption(configOption()).addOption(configuredEngineOption());
  addServerOptions(addOutputOption(command)).action(doctor);
}

async function doctor({ data, server, output, config: file, engine }: Options): Promise<void> {
  const folder = await findDataFolder(data, file);
  const { finding, config } = checkConfiguration({ file, flags: engine === undefined ? {} : { engine } });
  const findings: Finding[] = [checkNode(), checkClock(Date.now()), finding];
  if (config?.engine === "temporal") findings.push(...(await checkTemporalEngine(config.temporal)));
  else findings.push(checkDataFolder(folder), checkDiskSpace(folder), checkDatabase(folder));
  if (config !== undefined) {
    findings.push(
      ...(await checkGitLab(config, process.env, Date.now())),
      ...(await checkPolling(config, process.env)),
    );
  }
  findings.push(await checkServer(folder, server));
  await printList({ items: findings }, view, output);
  for (const { name, hint } of findings) if (hint !== undefined) say(`${name}: ${hint}`);
  if (findings.some(({ result }) => result === "problem")) process.exitCode = 1;
}
