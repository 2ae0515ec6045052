import type { Command } from "commander";
import { addOutputOption, printItem, type OutputFormat, type View } from "../output.ts";
import { version } from "../../host/version.ts";

interface Versions {
  autoflow: string;
  node: string;
  sqlite: string;
}

const view: View<Versions> = {
  name: (versions) => versions.autoflow,
  columns: [
    { title: "autoflow", value: (versions) => versions.autoflow },
    { title: "node", value: (versions) => versions.node },
    { title: "sqlite", value: (versions) => versions.sqlite },
  ],
};

/** autoflow version */
export function configureVersion(command: Command): void {
  addOutputOption(command).action(async ({ output }: { output: OutputFormat }) => {
    const versions = {
      autoflow: version(),
      node: process.versions.node,
      sqlite: process.versions["sqlite"] ?? "unknown",
    };
    await printItem(versions, view, output);
  });
}
