/**
 * A Program for testing engines: its "scripts" are JSON lists of instructions, its states are JSON. It does what a real language
 * does towards an engine, and nothing else.
 */
import type { Arrival } from "../../core/arrival.ts";
import type { Effect } from "../../core/effect.ts";
import type { Filter } from "../../core/filter.ts";
import { fingerprint } from "../../core/hash.ts";
import type {
  CompileResult,
  Image,
  LoadedImage,
  Machine,
  Outcome,
  Program,
  RunStart,
  Turn,
} from "../../core/program.ts";
import type { RetryPolicy } from "../../core/retry.ts";
import type { WireText } from "../../core/wire.ts";

export type Instruction =
  | ["log", string]
  | ["call", string, string, Partial<RetryPolicy>?]
  | ["sleep", number]
  | ["await", Filter]
  | ["awaitOr", Filter, number]
  | ["receive", string]
  | ["signal", string, string, string]
  | ["emit", string, string]
  | ["repeat", number]
  | ["compute", number]
  | ["fail", string];

export interface ToyHandler {
  name: string;
  filter: Filter;
  body: Instruction[];
}

/** Source text of a toy definition. */
export function toySource(...handlers: ToyHandler[]): string {
  return JSON.stringify(handlers);
}

interface ToyState {
  at: number;
  n: number;
  repeats: number;
  waiting: number[];
  mailbox: { name: string; payload: string }[];
  trace: string[];
}

const origin = { file: "toy.json", line: 1, column: 1 };

/** `salt` makes recomputation differ, to test that this is noticed. */
export function toyProgram(salt = ""): Program {
  return {
    language: "toy",
    dependencies: () => [],
    compile: ({ entry, files }) => ({
      step(): CompileResult {
        const text = files.get(entry) ?? "";
        try {
          JSON.parse(text);
        } catch (error) {
          const where = { file: entry, line: 1, column: 1 };
          return {
            diagnostics: [{ severity: "error", code: "SCRIPT_SYNTAX", message: String(error), where }],
            output: [],
          };
        }
        const image = { hash: fingerprint(text), language: "toy", bytes: new TextEncoder().encode(text) };
        return { image, diagnostics: [], output: [] };
      },
    }),
    load: (image) => load(image, salt),
  };
}

function load(image: Image, salt: string): LoadedImage {
  const handlers = JSON.parse(new TextDecoder().decode(image.bytes)) as ToyHandler[];
  return {
    hash: image.hash,
    machineVersion: salt === "" ? 1 : 2,
    describe: () => ({
      mode: "handlers",
      triggers: handlers.map(({ name, filter }) => ({ name, filter, where: { file: "toy.json", line: 1, column: 1 } })),
    }),
    open(start, bytes) {
      const handler = handlers.find(({ name }) => name === start.trigger) ?? handlers[0]!;
      const state: ToyState =
        bytes === undefined
          ? { at: 0, n: 0, repeats: 0, waiting: [], mailbox: [], trace: [] }
          : (JSON.parse(new TextDecoder().decode(bytes)) as ToyState);
      return new ToyMachine(handler.body, state, start, salt);
    },
    inspect: () => ({ fibers: [], mailbox: {} }),
  };
}

class ToyMachine implements Machine {
  readonly #body: Instruction[];
  readonly #state: ToyState;
  readonly #salt: string;
  #time: number;

  constructor(body: Instruction[], state: ToyState, start: RunStart, salt: string) {
    this.#body = body;
    this.#state = state;
    this.#salt = salt;
    this.#time = start.time;
  }

  step(arrival: Arrival | undefined): Turn {
    const state = this.#state;
    const effects: Effect[] = [];
    if (arrival !== undefined) {
      this.#time = arrival.time;
      if (arrival.kind === "cancel") return this.#turn(effects, { kind: "cancelled", reason: arrival.reason });
      if (arrival.kind === "command") return this.#turn(effects);
      if (arrival.kind === "signal") {
        state.mailbox.push({ name: arrival.name, payload: arrival.payload });
        if (this.#body[state.at]?.[0] !== "receive") return this.#turn(effects);
      } else {
        if (!state.waiting.includes(arrival.effect)) return this.#turn(effects);
        for (const other of state.waiting) {
          if (other !== arrival.effect) effects.push({ kind: "cancel", n: ++state.n, target: other, origin });
        }
        state.waiting = [];
        state.trace.push(
          arrival.kind === "event" ? `event ${arrival.event}` : (arrival.value ?? `error ${arrival.error?.code}`),
        );
        state.at++;
      }
    }
    return this.#run(effects);
  }

  snapshot(): Uint8Array {
    return new TextEncoder().encode(JSON.stringify(this.#state));
  }

  #run(effects: Effect[]): Turn {
    const state = this.#state;
    while (state.at < this.#body.length) {
      const instruction = this.#body[state.at]!;
      const done = this.#execute(instruction, effects);
      if (done !== undefined) return this.#turn(effects, done.outcome);
      state.at++;
    }
    return this.#turn(effects, { kind: "succeeded", value: JSON.stringify(state.trace) as WireText });
  }

  /** Undefined: go on with the next instruction. */
  #execute(instruction: Instruction, effects: Effect[]): { outcome?: Outcome } | undefined {
    const state = this.#state;
    const wait = (...add: Effect[]): { outcome?: Outcome } => {
      effects.push(...add);
      state.waiting = add.map(({ n }) => n);
      return {};
    };
    switch (instruction[0]) {
      case "log":
        effects.push({ kind: "log", n: ++state.n, origin, level: "info", message: instruction[1] + this.#salt });
        return undefined;
      case "call":
        return wait({
          kind: "call",
          n: ++state.n,
          origin,
          action: instruction[1],
          input: instruction[2] as WireText,
          ...(instruction[3] === undefined ? {} : { retry: instruction[3] }),
        });
      case "sleep":
        return wait({ kind: "sleep", n: ++state.n, origin, until: this.#time + instruction[1] });
      case "await":
        return wait({ kind: "await", n: ++state.n, origin, filter: instruction[1], since: "start" });
      case "awaitOr":
        return wait(
          { kind: "await", n: ++state.n, origin, filter: instruction[1], since: "start" },
          { kind: "sleep", n: ++state.n, origin, until: this.#time + instruction[2] },
        );
      case "receive": {
        const at = state.mailbox.findIndex(({ name }) => name === instruction[1]);
        if (at < 0) return {};
        state.trace.push(`signal ${state.mailbox.splice(at, 1)[0]!.payload}`);
        return undefined;
      }
      case "signal":
        return wait({
          kind: "signal",
          n: ++state.n,
          origin,
          runId: instruction[1],
          name: instruction[2],
          payload: instruction[3],
        });
      case "emit":
        effects.push({ kind: "emit", n: ++state.n, origin, type: instruction[1], data: instruction[2] });
        return undefined;
      case "repeat":
        if (state.repeats < instruction[1]) {
          state.repeats++;
          state.at = -1;
        }
        return undefined;
      case "compute":
        return undefined;
      case "fail":
        return {
          outcome: {
            kind: "failed",
            error: { type: "script", code: "RUN_FAILED", message: instruction[1], retryable: false },
          },
        };
    }
  }

  #turn(effects: Effect[], outcome?: Outcome): Turn {
    const mailboxBytes = this.#state.mailbox.reduce((sum, { payload }) => sum + payload.length, 0);
    const turn: Turn = { effects, steps: 1, mailboxBytes };
    const instruction = this.#body[this.#state.at];
    if (outcome !== undefined) turn.outcome = outcome;
    else if (instruction?.[0] === "receive") turn.signals = [instruction[1]];
    return turn;
  }
}
