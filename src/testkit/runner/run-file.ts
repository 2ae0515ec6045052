/** Runs the tests of one file, each in a world of its own. */
import type { Failure } from "../../core/failure.ts";
import { uuidv7 } from "../../core/ids.ts";
import { defaultLimits, type LoadedImage, type Program, type Sources } from "../../core/program.ts";
import { testDriver, testFunctions, type TestFunction } from "../../languages/starlark/run/test-functions.ts";
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
import { traceOf } from "./trace.ts";
import { TestSkipped, type VerbContext } from "./verbs.ts";

export interface TestFile {
  /** Path from where the command was started. */
  shown: string;
  /** Path in its project. */
  path: string;
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
  const tests = testFunctions(file.path, file.text);
  const compiled = compileTests(file, options.program);
  if ("problems" in compiled) return compiled;
  if (tests.length === 0) {
    return {
      file: file.shown,
      problems: [{ message: "there is no test in it: no function whose name begins with test_" }],
    };
  }
  for (const test of tests) {
    if (options.isWanted(file, test.name)) options.onResult(await runTest(file, test, compiled.image, options));
  }
  return undefined;
}

function compileTests(file: TestFile, program: Program): { image: LoadedImage } | FileProblem {
  const driver = testDriver(file.path, file.text);
  const files = new Map([...file.sources.files, ...driver.files]);
  const compilation = program.compile({ ...file.sources, entry: driver.entry, files }, "driver", defaultLimits);
  let result = compilation.step(1_000_000);
  while (result === "running") result = compilation.step(1_000_000);
  if (result.image !== undefined) return { image: program.load(result.image) };
  const errors = result.diagnostics.filter(({ severity }) => severity === "error");
  return { file: file.shown, problems: errors.map(({ message, where }) => ({ message, where })) };
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
  const failure = outcome.failure && (await described(outcome.failure, simulation, world));
  await simulation.end(world);
  return {
    file: file.shown,
    name,
    line,
    status: outcome.skipped === undefined ? (failure === undefined ? "passed" : "failed") : "skipped",
    durationMs: performance.now() - startedAt,
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
  const context: VerbContext = { simulation, world, token: "glpat-root", events: 0 };
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
    return outcome.kind === "failed" ? { failure: outcome.error } : {};
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

async function described(failure: Failure, simulation: Simulation, world: TestWorld): Promise<TestFailure> {
  const traceback = failure.traceback === undefined ? undefined : withoutDriver(failure.traceback);
  const where = traceback === undefined ? undefined : placeOfFailure(traceback);
  return {
    ...failure,
    ...(traceback !== undefined && { traceback }),
    ...(where !== undefined && { where }),
    trace: await traceOf({ simulation, world }),
  };
}

function failureOf(message: string, code: string): Failure {
  return { type: "test", code, message, retryable: false };
}
