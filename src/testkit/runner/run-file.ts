/** Runs the tests of one file, each in a world of its own. */
import { elapsedMs } from "./elapsed.ts";
import type { Failure } from "../../core/failure.ts";
import { uuidv7 } from "../../core/ids.ts";
import { defaultLimits, type LoadedImage, type Program, type Sources } from "../../core/program.ts";
import {
  findTestFunctions,
  testDriver,
  type TestFunction,
  type TestsOfFile,
} from "../../languages/starlark/run/test-functions.ts";
import { driverHandlesNoEvents } from "../../languages/starlark/run/compilation.ts";
import {
  SimulationTimeout,
  simulationStart,
  type Simulation,
  type TestedDefinition,
  type TestWorld,
} from "../simulation.ts";
import { placeOfFailure, withoutDriver } from "./failure-place.ts";
import { TestMachine } from "./test-machine.ts";
import { createTestPort } from "./test-port.ts";
import type { FileProblem, TestFailure, TestResult } from "./test-result.ts";
import { unseenFailure, withUnseenFailure } from "./runs-view.ts";
import { traceOf, type TraceContext } from "./trace.ts";
import { TestSkipped, type VerbContext } from "./verbs.ts";

export interface TestFile {
  /** Path in its project. */
  path: string;
  /** What stands in front of paths in the project, to reach them from where the command was started. */
  root: string;
  text: string;
  /** The file with all it loads. */
  sources: Sources;
  definitions: readonly TestedDefinition[];
}

export interface FileOptions {
  simulation: Simulation;
  program: Program;
  /** Real time that one test may take, in ms. */
  timeoutMs: number;
  isWanted: (file: TestFile, test: string) => boolean;
  onResult: (result: TestResult) => void;
}

/** What is wrong with the file; undefined when its tests were run. */
export async function runTestFile(file: TestFile, options: FileOptions): Promise<FileProblem | undefined> {
  const found = findTestFunctions(file.path, file.text);
  if (found.problems.length > 0) return problemOf(file, found.problems);
  const { tests } = found;
  if (tests.length === 0) {
    return problemOf(file, [{ message: "there is no test in it: no function whose name begins with test_" }]);
  }
  const compiled = compileTests(file, found, options.program);
  if ("problems" in compiled) return compiled;
  for (const test of tests) {
    if (options.isWanted(file, test.name)) options.onResult(await runTest(file, test, compiled.image, options));
  }
  return undefined;
}

function compileTests(file: TestFile, found: TestsOfFile, program: Program): { image: LoadedImage } | FileProblem {
  const driver = testDriver(file.path, found);
  const files = new Map([...file.sources.files, ...driver.files]);
  const compilation = program.compile({ ...file.sources, entry: driver.entry, files }, "driver", defaultLimits);
  let result = compilation.step(1_000_000);
  while (result === "running") result = compilation.step(1_000_000);
  if (result.image !== undefined) return { image: program.load(result.image) };
  const errors = result.diagnostics.filter(({ severity }) => severity === "error");
  return problemOf(
    file,
    errors.map(({ message, where }) => ({
      message: message.replace(driverHandlesNoEvents, testsHandleNoEvents),
      where,
    })),
  );
}

const testsHandleNoEvents =
  "a test loads no file that handles events, as those are at work in its world already: put what it is to call into a file of its own, which both load";

function problemOf({ root, path }: TestFile, problems: readonly FileProblem["problems"][number][]): FileProblem {
  return {
    file: `${root}${path}`,
    problems: problems.map(({ message, where }) =>
      where === undefined ? { message } : { message, where: { ...where, file: seenFrom(root, where.file) } },
    ),
  };
}

/** Files of the library and of other projects keep their names. */
function seenFrom(root: string, file: string): string {
  return file.startsWith("@") ? file : `${root}${file}`;
}

async function runTest(
  file: TestFile,
  { name, line }: TestFunction,
  image: LoadedImage,
  options: FileOptions,
): Promise<TestResult> {
  const { simulation, timeoutMs } = options;
  const startedAt = performance.now();
  const deadline = startedAt + timeoutMs;
  const world = await simulation.begin(`${file.path} ${name}`, file.definitions, deadline);
  const output: string[] = [];
  const outcome = await outcomeOf({
    simulation,
    world,
    image,
    test: name,
    deadline,
    print: (text) => output.push(text),
  });
  const virtualMs = simulation.clock.now() - simulationStart;
  const failure = outcome.failure && (await described(outcome.failure, file, { simulation, world }));
  await simulation.end(world);
  return {
    file: `${file.root}${file.path}`,
    name,
    line,
    status: outcome.skipped === undefined ? (failure === undefined ? "passed" : "failed") : "skipped",
    durationMs: elapsedMs(startedAt),
    virtualMs,
    ...(outcome.skipped !== undefined && { reason: outcome.skipped }),
    ...(failure !== undefined && { failure }),
    output,
  };
}

interface Attempt {
  simulation: Simulation;
  world: TestWorld;
  image: LoadedImage;
  test: string;
  deadline: number;
  print: (line: string) => void;
}

async function outcomeOf({
  simulation,
  world,
  image,
  test,
  deadline,
  print,
}: Attempt): Promise<{ failure?: Failure; skipped?: string }> {
  const problem = world.problems[0];
  if (problem !== undefined) {
    const { code, message, where } = problem;
    return {
      failure: failureOf(
        `a definition under test does not compile: ${where.file}:${where.line}:${where.column}: ${message}`,
        code,
      ),
    };
  }
  const failedBefore = simulation.failedRuns;
  const context: VerbContext = { simulation, world, token: "glpat-root", events: 0, seen: new Set() };
  const machine = new TestMachine(simulation, createTestPort(context, print), image, {
    runId: uuidv7(simulation.clock.now(), new Uint8Array(10)),
    project: String(world.project.main.id),
    trigger: "",
    position: 0,
    input: JSON.stringify(test),
    time: simulation.clock.now(),
    vars: {},
    secrets: [],
    limits: defaultLimits,
  });
  try {
    const outcome = await machine.play(deadline);
    const hasFailedRuns = simulation.failedRuns > failedBefore;
    if (outcome.kind === "failed") {
      return { failure: hasFailedRuns ? await withUnseenFailure(outcome.error, context) : outcome.error };
    }
    const failure = hasFailedRuns ? await unseenFailure(context) : undefined;
    return failure === undefined ? {} : { failure };
  } catch (error) {
    if (error instanceof TestSkipped) return { skipped: error.message };
    if (error instanceof SimulationTimeout) {
      return {
        failure: failureOf(
          "it took too long: something goes on without end, or --timeout is too short",
          "TEST_TIMEOUT",
        ),
      };
    }
    throw error;
  }
}

async function described(failure: Failure, { root }: TestFile, context: TraceContext): Promise<TestFailure> {
  const traceback = failure.traceback === undefined ? undefined : withoutDriver(failure.traceback);
  const where = traceback === undefined ? undefined : placeOfFailure(traceback);
  return {
    ...failure,
    ...(traceback !== undefined && { traceback }),
    ...(where !== undefined && { where: { ...where, file: seenFrom(root, where.file) } }),
    trace: await traceOf(context),
  };
}

function failureOf(message: string, code: string): Failure {
  return { type: "test", code, message, retryable: false };
}
