/** Child runs, runs that take over and operators' commands: every commit as the last one before a death. */
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { test } from "node:test";
import type { Engine } from "../../src/core/engine.ts";
import type { Action, SecretSource } from "../../src/core/action.ts";
import type { Program } from "../../src/core/program.ts";
import { encodeWire } from "../../src/core/wire.ts";
import { silentLog, silentObserver } from "../../src/core/ports.ts";
import { defaultLimits } from "../../src/core/program.ts";
import type { RunDetails } from "../../src/core/run.ts";
import { echoAction } from "../../src/actions/echo.ts";
import { createJsonSchemaAction } from "../../src/actions/json-schema.ts";
import { openEmbeddedEngine } from "../../src/engines/embedded/open.ts";
import { event } from "../../src/engines/testing/engine.suite.ts";
import { type Instruction, toyProgram, toyWorkflow } from "../../src/engines/testing/toy-program.ts";
import { serverlessWorkflow } from "../../src/languages/serverless-workflow/program.ts";
import { systemClock } from "../../src/host/clock.ts";
import { createSystemRandom } from "../../src/host/random.ts";
import { eventually } from "../support/eventually.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";

/** Enough of them to come between all that the runs do. */
const mostCopies = 60;

/** Workflows of one language: a parent that needs an operator, then goes on as "successor"; a child that goes on as "second". */
interface Kind {
  program: Program;
  /** File and text by name. */
  definitions: Record<string, string>;
  cure: string;
  /** What the parent has left when all is done. */
  visits: string[];
}

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

const toy: Kind = {
  program: toyProgram(),
  definitions: Object.fromEntries(
    Object.entries(bodies).map(([name, body]) => [`${name}.json`, toyWorkflow({ name, body })]),
  ),
  cure: '"cure"',
  visits: ["first"],
};

/** A workflow with the functions that all of them may call, and a schema of its output. */
function swf(id: string, ...states: Record<string, unknown>[]): string {
  const functions = [
    { name: "get", type: "custom", operation: "rest:get:http://service/steps" },
    { name: "needy", type: "custom", operation: "rest:get:http://service/needy" },
  ];
  const outputSchema = { schema: { type: "object" }, failOnValidationErrors: true };
  const extensions = [{ extensionid: "workflow-output-schema", outputSchema }];
  const header = { id, version: "1.0", specVersion: "0.8", extensions };
  return JSON.stringify({ ...header, start: states[0]!["name"], functions, states });
}

function operation(name: string, action: Record<string, unknown>, next: Record<string, unknown>) {
  return { name, type: "operation", actions: [action], ...next };
}

const get = { functionRef: { refName: "get", arguments: { step: "one" } } };
const needy = { functionRef: { refName: "needy", arguments: { cure: '${ .cure // "none" }' } } };
const sleep = { name: "Sleep", type: "sleep", duration: "PT0.005S", transition: "Call" };
const subflow = (id: string, more = {}) => ({ subFlowRef: { workflowId: id, ...more } });

const serverless: Kind = {
  program: serverlessWorkflow,
  definitions: {
    "parent.sw.json": swf(
      "parent",
      operation("Sub", subflow("child"), { transition: "Needy" }),
      operation("Needy", needy, { end: { continueAs: "successor" } }),
    ),
    "child.sw.json": swf(
      "child",
      operation("Call", get, { transition: "Sub" }),
      operation("Sub", subflow("leaf"), { end: { continueAs: "second" } }),
    ),
    "second.sw.json": swf("second", operation("Call", get, { end: true })),
    "leaf.sw.json": swf("leaf", sleep, operation("Call", get, { end: true })),
    "successor.sw.json": swf(
      "successor",
      operation("Sub", subflow("leaf", { invoke: "async", onParentComplete: "continue" }), { transition: "Call" }),
      operation("Call", get, { end: true }),
    ),
  },
  cure: '{"cure":"yes"}',
  visits: ["Sub", "Needy"],
};

/** Answers 500 to a call that needs what is not there. */
const http: Action = {
  name: "http",
  retry: { maxAttempts: 10, initialMs: 5, factor: 1, maxMs: 5 },
  timeoutMs: 1000,
  async perform({ input }) {
    const isRefused = input.includes("none");
    const answer = { status_code: isRefused ? 500 : 200, status: "", headers: [], body: "{}" };
    return { value: encodeWire(answer) };
  },
};

const noSecrets: SecretSource = { names: () => [], value: () => undefined };

type OpenEngine = Engine & AsyncDisposable;

async function open({ program }: Kind, dataDir: string, committed: () => void): Promise<OpenEngine> {
  const engine = await openEmbeddedEngine({
    dataDir,
    actions: [echoAction, http, createJsonSchemaAction({ secrets: noSecrets })],
    programs: new Map([[program.language, program]]),
    clock: systemClock,
    random: createSystemRandom(),
    log: silentLog,
    observer: { ...silentObserver, committed },
    variables: { values: () => ({}) },
    secrets: noSecrets,
    limits: defaultLimits,
  });
  return Object.assign(engine, { [Symbol.asyncDispose]: () => engine.drain() });
}

/** Starts the parent, or finds it, and does what an operator would; answers what became of all runs. */
async function toTheEnd({ cure, visits }: Kind, engine: Engine): Promise<string[]> {
  const { runId } = await engine.startWorkflow({ project: "1", name: "parent", input: "{}", key: "once" });
  const first = await whenEnded(engine, runId);
  if (first.repairable === true) await engine.commandRun(runId, { name: "retry", payload: cure });
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
  const left = (await engine.nodesOf(runId)).map(({ name }) => name);
  assert.deepEqual(
    left.filter((name) => visits.includes(name)),
    visits,
  );
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
async function record(kind: Kind, folder: TempFolder): Promise<{ copies: string[]; expected: string[] }> {
  const copies: string[] = [];
  const dataDir = folder.join("original");
  await using engine = await open(kind, dataDir, () => {
    copies.push(folder.join(`copy-${copies.length + 1}`));
    cpSync(dataDir, copies.at(-1)!, { recursive: true });
  });
  for (const [entry, text] of Object.entries(kind.definitions)) {
    const sources = { entry, files: new Map([[entry, text]]) };
    const { problems } = await engine.putDefinition({ project: "1", language: kind.program.language, sources });
    assert.deepEqual(
      problems.filter(({ severity }) => severity === "error"),
      [],
    );
  }
  copies.splice(0);
  const over = new AbortController();
  const others = (async () => {
    for (let i = 0; !over.signal.aborted && copies.length < mostCopies; i++)
      await engine.appendEvents([event(`other-${i}`, "other")]);
  })();
  try {
    return { copies, expected: await toTheEnd(kind, engine) };
  } finally {
    over.abort();
    await others;
  }
}

async function difference(kind: Kind, copy: string, expected: readonly string[]): Promise<string | undefined> {
  await using engine = await open(kind, copy, () => {});
  try {
    assert.deepEqual(await toTheEnd(kind, engine), expected);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

for (const kind of [toy, serverless]) {
  test(
    `${kind.program.language}: runs that come of other runs go on from every commit as if nothing had happened`,
    { timeout: 120_000 },
    async () => {
      using folder = tempFolder();
      const { copies, expected } = await record(kind, folder);
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
        const text = await difference(kind, copy, expected);
        if (text !== undefined) problems.push(`after commit ${at + 1} of ${copies.length}: ${text}`);
        if (problems.length > 2) break;
      }
      assert.deepEqual(problems, []);
    },
  );
}
