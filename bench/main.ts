/**
 * npm run bench -- NAME [--json] [--full] [--profile FOLDER]
 *
 * Measures one claim on the real server and prints each figure with its goal and with what the machine can do.
 */
import { parseArgs } from "node:util";
import { mkdirSync, mkdtempSync } from "node:fs";
import path from "node:path";
import type { Bench, BenchContext } from "./context.ts";
import { figureJson, figureText } from "./figure.ts";

const benches: Record<string, () => Promise<Bench>> = {
  throughput: async () => (await import("./throughput.ts")).throughput,
  latency: async () => (await import("./latency.ts")).latency,
  parked: async () => (await import("./parked.ts")).parked,
  longrun: async () => (await import("./longrun.ts")).longrun,
  ingest: async () => (await import("./ingest.ts")).ingest,
  "serverless-workflow": async () => (await import("./serverless-workflow.ts")).serverlessWorkflow,
  starlark: async () => (await import("./starlark.ts")).starlark,
  tests: async () => (await import("./tests.ts")).tests,
  temporal: async () => (await import("./temporal.ts")).temporal,
};

const usage = `Usage: npm run bench -- NAME [--json] [--full] [--profile FOLDER]

  NAME               one or more of ${Object.keys(benches).join(", ")}, or "all"
  --json             one JSON object a line: name, value, unit, goal, limit, ratio
  --full             the large sizes, and longer
  --profile FOLDER   write the server's CPU profiles to FOLDER and tell where its time went

A ratio of 1 or more means that the goal is reached, for times as for rates.`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = parse();
  const names = positionals.includes("all") ? Object.keys(benches) : positionals;
  const unknown = names.find((name) => !Object.hasOwn(benches, name));
  if (names.length === 0 || unknown !== undefined) {
    if (unknown !== undefined) tell(`There is no measurement ${JSON.stringify(unknown)}.\n`);
    tell(usage);
    return 2;
  }
  for (const name of names) {
    const bench = await benches[name]!();
    await bench(contextFor(name, values));
  }
  return 0;
}

function parse() {
  const options = { json: { type: "boolean" }, full: { type: "boolean" }, profile: { type: "string" } } as const;
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    tell(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

/** Figures go to standard output; what is told beside them goes there too, but not among JSON. */
function contextFor(name: string, values: { json?: boolean; full?: boolean; profile?: string }): BenchContext {
  const json = values.json ?? false;
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  return {
    full: values.full ?? false,
    profileFolder: values.profile === undefined ? undefined : newFolder(values.profile, name),
    figure: (figure) => print(json ? figureJson(figure) : figureText(figure)),
    note: (text) => (json ? tell(text) : print(`  ${text.replaceAll("\n", "\n  ")}`)),
  };
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Profiles of different measurements do not mix. */
function newFolder(parent: string, name: string): string {
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(path.join(parent, `${name}-`));
}
