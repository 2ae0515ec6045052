/** npm run test:crash -- --kills N [--seed S] [--temporal]: the crash test, as long as one likes. */
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { tempFolder } from "../support/temp-folder.ts";
import { runCrashTest, type TemporalPlace } from "./crash-run.ts";

const { values } = parseArgs({
  options: { kills: { type: "string", default: "25" }, seed: { type: "string" }, temporal: { type: "boolean" } },
});
const kills = wholeNumber("kills", values.kills);
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : wholeNumber("seed", values.seed);

const folder = tempFolder();
write(`${kills} kills, seed ${seed}, in ${folder.path}`);
const temporal = values.temporal === true ? await startTemporal() : undefined;
const { problems, ...report } = await runCrashTest({
  kills,
  seed,
  folder,
  progress: write,
  ...(temporal && { temporal }),
});
for (const [name, value] of Object.entries(report)) write(`${name.padEnd(18)} ${value}`);
for (const problem of problems) write(`WRONG: ${problem}`);
if (problems.length > 0) {
  write(`${problems.length} problems; everything is kept in ${folder.path}`);
  process.exitCode = 1;
} else {
  folder[Symbol.dispose]();
  write("Proved: nothing was lost, and nothing was done twice.");
}

/** A development server that keeps what it is told in the folder, and ends with this process. */
async function startTemporal(): Promise<TemporalPlace> {
  const { startDevServer } = await import("../../src/engines/temporal/testing/dev-server.ts");
  const { address } = await startDevServer({ databaseFile: folder.join("temporal.db") });
  return { hostPort: address, taskQueue: randomUUID() };
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  process.stderr.write(`--${name} must be a whole number, got ${text}\n`);
  process.exit(2);
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
