/** Damaged states, images and evaluations: refused, or a program that ends in a way of its own; never anything else. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import type { Arrival } from "../../../core/arrival.ts";
import { type OpenEffect, staysOpen } from "../../../core/effect.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import { type LoadedImage, type Machine, type RunStart, defaultLimits } from "../../../core/program.ts";
import { encodeWire } from "../../../core/wire.ts";
import { starlark } from "../program.ts";
import { assertOptions } from "../testing/assertions.ts";
import { damaged, damages } from "../testing/damage.ts";
import { evaluateParked, type OptionsMaker } from "../testing/parked-evaluation.ts";
import { runParked } from "../testing/parked-run.ts";
import { suitePrograms } from "../testing/programs.ts";
import { compileResult, compileScript, play, startOf } from "../testing/virtual-run.ts";
import { Evaluator } from "./evaluate.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { imageHash } from "./image-codec.ts";
import { LoadedStarlark } from "./loaded-image.ts";

const folder = new URL("testdata/", import.meta.url);
const limits = { ...defaultLimits, stepsPerTurn: 20_000, memoryBytes: 1_000_000 };

/** Errors that have a name in the catalogue; everything else is a fault of ours. */
function expectDefined(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof AutoFlowError)) throw error;
    assert.ok(["STATE_DAMAGED", "LIMIT_STATE"].includes(error.code), error.code);
  }
}

/**
 * The same of code that no compiler makes, under a hash that fits, which damage alone never has: it may take one kind of value for
 * another, which engines end the run with, as a fault of the interpreter.
 */
function expectContained(action: () => void): void {
  expectDefined(() => {
    try {
      action();
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    }
  });
}

/** Some turns, as far as it goes. */
function exercise(machine: Machine, restored: boolean): void {
  const open = restored ? [call(1), call(2)] : [];
  let arrival: Arrival | undefined;
  if (restored) arrival = { kind: "signal", seq: 902, time: 9e12, name: "go", payload: "[1]" };
  for (let turns = 0; turns < 6; turns++) {
    let turn = machine.step(arrival, 5000);
    for (let slices = 0; turn === "running"; slices++) {
      assert.ok(slices < 100, "it goes on for ever");
      turn = machine.step(undefined, 5000);
    }
    if (turn.outcome !== undefined) return;
    machine.snapshot();
    open.push(...turn.effects.filter(staysOpen));
    arrival = answerTo(open.shift() ?? call(3), 910 + turns);
  }
}

function call(n: number): OpenEffect {
  const origin = { file: "", line: 1, column: 1 };
  return { kind: "call", n, origin, action: "echo", input: encodeWire({ a: [1] }) };
}

function answerTo(effect: OpenEffect, seq: number): Arrival {
  const base = { seq, time: 9e12 + seq, effect: effect.n };
  if (effect.kind === "await") return { ...base, kind: "event", event: '{"data": {}}', position: 200 };
  return effect.kind === "call" ? { ...base, kind: "answer", value: effect.input } : { ...base, kind: "answer" };
}

interface Subject {
  image: LoadedImage;
  start: RunStart;
  state: Uint8Array;
}

function subjects(): Subject[] {
  const found: Subject[] = [];
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".star"))) {
    const source = readFileSync(new URL(name, folder), "utf8");
    const image = compileScript({ [name]: source }, name.startsWith("driver") ? "driver" : "handlers");
    const options = { source, start: { input: '{"steps": [10, 50]}' } };
    const start = startOf(image, { ...options.start, limits });
    for (const state of play(image, options).states) found.push({ image, start, state });
  }
  return found;
}

function someOf<T>(all: readonly T[]): T[] {
  return all.filter((_, i) => i % 4 === 0);
}

/** Every so many states of the suites, which hold values of every kind. */
function suiteSubjects(): Subject[] {
  const found: Subject[] = [];
  let count = 0;
  for (const { name, source } of someOf(suitePrograms())) {
    const text = `assert = struct(eq = print, ne = print, true = print, contains = print, fails = print)\n${source}`;
    const { image } = compileResult({ [name.replace(/:.*/, "")]: text }, "driver");
    if (image === undefined) continue;
    const loaded = LoadedStarlark.load(image);
    runParked(image, startOf(loaded), (state) => {
      if (count++ % 5 === 0) found.push({ image: loaded, start: startOf(loaded, { limits }), state });
    });
  }
  return found;
}

/** Mark, version and the image's hash: damage there is always found. */
const header = 22;

test("damaged states", () => {
  const all = [...subjects(), ...suiteSubjects()];
  assert.ok(all.length > 50, `${all.length}`);
  let went = 0;
  fc.assert(
    fc.property(fc.nat(), damages, (which, list) => {
      const { image, start, state } = all[which % all.length]!;
      const bytes = damaged(state, list, header);
      expectDefined(() => {
        image.inspect(start, bytes);
        const machine = image.open(start, bytes);
        machine.snapshot();
        exercise(machine, true);
        went++;
      });
    }),
    { numRuns: 1000 },
  );
  assert.ok(went > 100, `only ${went} were read`);
});

test("damaged images whose hash fits", () => {
  const images = readdirSync(folder)
    .filter((file) => file.endsWith(".star"))
    .map((name) => {
      const mode = name.startsWith("driver") ? "driver" : "handlers";
      return compileResult({ [name]: readFileSync(new URL(name, folder), "utf8") }, mode).image!;
    });
  let went = 0;
  fc.assert(
    fc.property(fc.nat(), damages, (which, list) => {
      const bytes = damaged(images[which % images.length]!.bytes, list, 26);
      let loaded: LoadedImage | undefined;
      expectDefined(() => (loaded = starlark.load({ language: "starlark", hash: imageHash(bytes), bytes })));
      if (loaded === undefined) return;
      const image = loaded;
      expectContained(() => {
        const { triggers } = image.describe();
        const start = startOf(image, { limits, trigger: triggers[0]?.name ?? "" });
        exercise(image.open(start), false);
        went++;
      });
    }),
    { numRuns: 1200 },
  );
  assert.ok(went > 50, `only ${went} were read`);
});

test("damaged evaluations", () => {
  const options: OptionsMaker = (print) => ({
    print,
    ...assertOptions(() => {}),
    limits: { stepsPerTurn: 20_000, memoryBytes: 1_000_000 },
  });
  const states: Uint8Array[] = [];
  let count = 0;
  for (const { name, source } of someOf(suitePrograms())) {
    try {
      evaluateParked(name.replace(/:.*/, ""), source, options, (state) => {
        if (count++ % 5 === 0) states.push(state);
      });
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
    }
  }
  assert.ok(states.length > 50, `${states.length}`);
  fc.assert(
    fc.property(fc.nat(), damages, (which, list) => {
      const bytes = damaged(states[which % states.length]!, list, 22);
      expectDefined(() => {
        const { evaluation } = new Evaluator(options(() => {})).restore(bytes);
        try {
          evaluation.resume(null);
          evaluation.finish();
        } catch (error) {
          if (!(error instanceof EvaluationError)) throw error;
        }
      });
    }),
    { numRuns: 1500 },
  );
});
