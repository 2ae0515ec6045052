/** npm run test:crash -- --kills N [--seed S]: the crash test, as long as one likes. */
import { parseArgs } from "node:util";
import { tempFolder } from "../support/temp-folder.ts";
import { runCrashTest } from "./crash-run.ts";

const { values } = parseArgs({
  options: { kills: { type: "string", default: "25" }, seed: { type: "string" } },
});
const kills = wholeNumber("kills", values.kills);
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : wholeNumber("seed", values.seed);

const folder = tempFolder();
write(`${kills} kills, seed ${seed}, in ${folder.path}`);
const { problems, ...report } = await runCrashTest({ kills, seed, folder, progress: write });
for (const [name, value] of Object.entries(report)) write(`${name.padEnd(18)} ${value}`);
for (const problem of problems) write(`WRONG: ${problem}`);
if (problems.length > 0) {
  write(`${problems.length} problems; everything is kept in ${folder.path}`);
  process.exitCode = 1;
} else {
  folder[Symbol.dispose]();
  write("Proved: nothing was lost, and nothing was done twice.");
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
