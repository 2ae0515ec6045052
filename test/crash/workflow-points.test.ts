/** Child runs, runs that take over and operators' commands: every commit as the last one before a death. */
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { test } from "node:test";
import type { Engine } from "../../src/core/engine.ts";
import { silentLog, silentObserver } from "../../src/core/ports.ts";
import { defaultLimits } from "../../src/core/program.ts";
import type { RunDetails } from "../../src/core/run.ts";
import { echoAction } from "../../src/actions/echo.ts";
import { openEmbeddedEngine } from "../../src/engines/embedded/open.ts";
import { event } from "../../src/engines/testing/engine.suite.ts";
import { type Instruction, toyProgram, toyWorkflow } from "../../src/engines/testing/toy-program.ts";
import { systemClock } from "../../src/host/clock.ts";
import { createSystemRandom } from "../../src/host/random.ts";
import { eventually } from "../support/eventually.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";

/** Enough of them to come between all that the runs do. */
const mostCopies = 60;

/** The parent needs an operator, and then goes on as another run. */
const bodies: Record<string, Instruction[]> = {
  parent: [
    ["node", "first"],
    ["spawn", "child", "{}"],
    ["call", "echo", "1"],
    ["need", "cure"],
    ["continue", "successor", "{}"],
  ],
  child: [
    ["call", "echo", "2"],
    ["spawn", "leaf", "{}"],
    ["sleep", 5],
    ["continue", "second", "{}"],
  ],
  second: [["call", "echo", "3"]],
  leaf: [
    ["sleep", 5],
    ["call", "echo", "4"],
  ],
  successor: [
    ["spawn", "leaf", "{}", { awaited: false, onParentEnd: "continue" }],
    ["call", "echo", "5"],
  ],
};

type OpenEngine = Engine & AsyncDisposable;

async function open(dataDir: string, committed: () => void): Promise<OpenEngine> {
  const engine = await openEmbeddedEngine({
    dataDir,
    actions: [echoAction],
    programs: new Map([["toy", toyProgram()]]),
    clock: systemClock,
    random: createSystemRandom(),
    log: silentLog,
    observer: { ...silentObserver, committed },
    variables: { values: () => ({}) },
    secrets: { names: () => [], value: () => undefined },
    limits: defaultLimits,
  });
  return Object.assign(engine, { [Symbol.asyncDispose]: () => engine.drain() });
}

/** Starts the parent, or finds it, and does what an operator would; answers what became of all runs. */
async function toTheEnd(engine: Engine): Promise<string[]> {
  const { runId } = await engine.startWorkflow({ project: "1", name: "parent", input: "{}", key: "once" });
  const first = await whenEnded(engine, runId);
  if (first.repairable === true) await engine.commandRun(runId, { name: "retry", payload: '"cure"' });
  const parent = await whenEnded(engine, runId);
  await whenEnded(engine, parent.continuedAs!);
  const runs = await eventually(
    "all runs end",
    async () => {
      const found = await engine.searchRuns({ limit: 100 });
      return found.runs.every(({ endedAt }) => endedAt !== undefined) && found.runs;
    },
    async () => (await engine.searchRuns({})).runs.filter(({ endedAt }) => endedAt === undefined),
    5000,
  );
  const visits = (await engine.nodesOf(runId)).map(({ node }) => node);
  assert.deepEqual(visits, ["first"]);
  return runs
    .map(({ name, state, data }) => `${name} ${state} ${data?.replace(/[0-9a-f-]{36}/g, "id") ?? ""}`)
    .toSorted();
}

async function whenEnded(engine: Engine, runId: string): Promise<RunDetails> {
  return eventually(
    "the run ends",
    async () => {
      const run = await engine.findRun(runId);
      return run?.endedAt !== undefined && run;
    },
    () => engine.findRun(runId),
    5000,
  );
}

/** Runs everything to its end; answers a copy of the data folder for every commit, and what became of the runs. */
async function record(folder: TempFolder): Promise<{ copies: string[]; expected: string[] }> {
  const copies: string[] = [];
  const dataDir = folder.join("original");
  await using engine = await open(dataDir, () => {
    copies.push(folder.join(`copy-${copies.length + 1}`));
    cpSync(dataDir, copies.at(-1)!, { recursive: true });
  });
  for (const [name, body] of Object.entries(bodies)) {
    const files = new Map([[name, toyWorkflow({ name, body })]]);
    await engine.putDefinition({ project: "1", language: "toy", sources: { entry: name, files } });
  }
  copies.splice(0);
  const over = new AbortController();
  const others = (async () => {
    for (let i = 0; !over.signal.aborted && copies.length < mostCopies; i++)
      await engine.appendEvents([event(`other-${i}`, "other")]);
  })();
  const expected = await toTheEnd(engine);
  over.abort();
  await others;
  return { copies, expected };
}

async function difference(copy: string, expected: readonly string[]): Promise<string | undefined> {
  await using engine = await open(copy, () => {});
  try {
    assert.deepEqual(await toTheEnd(engine), expected);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

test(
  "runs that come of other runs go on from every commit as if nothing had happened",
  { timeout: 120_000 },
  async () => {
    using folder = tempFolder();
    const { copies, expected } = await record(folder);
    const names = expected.map((line) => line.split(" ").slice(0, 2).join(" "));
    assert.deepEqual(names, [
      "child succeeded",
      "leaf succeeded",
      "leaf succeeded",
      "parent succeeded",
      "second succeeded",
      "successor succeeded",
    ]);
    assert.ok(copies.length > 10, `${copies.length} commits`);
    const problems: string[] = [];
    for (const [at, copy] of copies.entries()) {
      const text = await difference(copy, expected);
      if (text !== undefined) problems.push(`after commit ${at + 1} of ${copies.length}: ${text}`);
      if (problems.length > 2) break;
    }
    assert.deepEqual(problems, []);
  },
);
