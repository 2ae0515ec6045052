/**
 * A Program for testing engines: its "scripts" are JSON lists of instructions, its states are JSON. It does what a real language
 * does towards an engine, and nothing else.
 */
import type { Arrival, CommandArrival, EventArrival } from "../../core/arrival.ts";
import type { AskEffect, Effect, EmitEffect, SpawnEffect } from "../../core/effect.ts";
import type { Filter } from "../../core/filter.ts";
import { fingerprint } from "../../core/hash.ts";
import type {
  CompileResult,
  Concurrency,
  Correlation,
  Image,
  LoadedImage,
  Machine,
  Outcome,
  Program,
  RunStart,
  RunTimeout,
  TriggerDescription,
  Turn,
} from "../../core/program.ts";
import type { RetryPolicy } from "../../core/retry.ts";
import type { Schedule } from "../../core/schedule.ts";
import type { GivenAnswer, TaskAmendment, TaskRequest } from "../../core/task.ts";
import type { WireText } from "../../core/wire.ts";

export type Instruction =
  | ["log", string]
  | ["call", string, string, Partial<RetryPolicy>?]
  | ["sleep", number]
  | ["await", Filter]
  | ["awaitOr", Filter, number]
  | ["receive", string]
  | ["signal", string, string, string]
  | ["emit", string, string, Pick<EmitEffect, "source" | "extensions">?]
  /** The call again whose effect has this number. */
  | ["again", string, string, number]
  /** A child run by its name, with an input. */
  | ["spawn", string, string, Partial<Pick<SpawnEffect, "awaited" | "onParentEnd">>?]
  /** The same, for so many ms at most. */
  | ["spawnOr", string, string, number]
  /** A task. */
  | ["ask", ToyTask]
  /** The same, for so many ms at most. */
  | ["askOr", ToyTask, number]
  /** The same; the data of events of the type "task" are amendments of it (it goes on once that has expired), or answers when they have an action. */
  | ["askAndHear", ToyTask]
  /** Another run takes over. */
  | ["continue", string, string, RunTimeout?]
  /** A node of this id was left; while the run waits at the next instruction, it is in a node of that instruction's name. */
  | ["node", string]
  /** Fails, so that it can be repaired, until the data holds the text. */
  | ["need", string]
  /** Puts what it was started with into the trace. */
  | ["input"]
  | ["throw"]
  | ["repeat", number]
  | ["compute", number]
  | ["fail", string];

/** A task for whoever may use the API, but for what is said. */
export type ToyTask = Partial<TaskRequest>;

export interface ToyHandler {
  name: string;
  filter: Filter;
  schedule?: Schedule;
  unlessReceived?: Correlation;
  concurrency?: Concurrency;
  body: Instruction[];
}

/** A toy definition that is started by name; its handlers have the same body. */
export interface ToyWorkflow {
  name: string;
  version?: string;
  environment?: string[];
  body: Instruction[];
  triggers?: Omit<ToyHandler, "body">[];
}

/** Source text of a toy definition. */
export function toySource(...handlers: ToyHandler[]): string {
  return JSON.stringify({ handlers });
}

/** Source text of a toy definition that is started by name. */
export function toyWorkflow({ name, version = "1.0", environment = [], body, triggers = [] }: ToyWorkflow): string {
  const handlers = triggers.map((trigger) => ({ ...trigger, body }));
  return JSON.stringify({ workflow: { name, version, environment }, body, handlers });
}

interface ToyDefinition {
  workflow?: { name: string; version: string; environment: string[] };
  body?: Instruction[];
  handlers: ToyHandler[];
}

interface ToyState {
  at: number;
  n: number;
  repeats: number;
  waiting: number[];
  mailbox: { name: string; payload: string }[];
  trace: string[];
  /** Plain JSON that an operator gave it. */
  data: string;
  failed: boolean;
}

const origin = { file: "toy.json", line: 1, column: 1, node: "body" };

const anybodysTask: TaskRequest = {
  title: "Well?",
  actions: ["approve", "deny"],
  assignees: [],
  groups: [],
  quorum: 1,
  allowSelf: false,
};

const taskEvents: Filter = { types: ["task"], fields: [] };

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
  const { workflow, body, handlers } = JSON.parse(new TextDecoder().decode(image.bytes)) as ToyDefinition;
  const where = { file: "toy.json", line: 1, column: 1 };
  return {
    hash: image.hash,
    machineVersion: salt === "" ? 1 : 2,
    describe: () => ({
      mode: "handlers",
      triggers: handlers.map((handler) => ({ ...trigger(handler), where })),
      ...(workflow === undefined ? {} : { workflow: { ...workflow, graph: { nodes: [], edges: [] } } }),
    }),
    open(start, bytes) {
      const handler = handlers.find(({ name }) => name === start.trigger);
      const state: ToyState =
        bytes === undefined
          ? { at: 0, n: 0, repeats: 0, waiting: [], mailbox: [], trace: [], data: "null", failed: false }
          : decodeState(bytes);
      return new ToyMachine(handler?.body ?? body ?? handlers[0]!.body, state, start, salt);
    },
    inspect(start, bytes) {
      const state = decodeState(bytes);
      const instruction = (body ?? handlers[0]!.body)[state.at]?.[0] ?? "end";
      const node = { node: instruction, name: instruction, type: "toy", entered: start.time };
      return {
        fibers: [],
        mailbox: {},
        data: dataOf(state),
        nodes: [state.failed ? { ...node, error: "failed" } : node],
      };
    },
  };
}

function trigger(handler: ToyHandler): Omit<TriggerDescription, "where"> {
  const { name, filter, schedule, unlessReceived, concurrency } = handler;
  return {
    name,
    filter,
    ...(schedule === undefined ? {} : { schedule }),
    ...(unlessReceived === undefined ? {} : { unlessReceived }),
    ...(concurrency === undefined ? {} : { concurrency }),
  };
}

function decodeState(bytes: Uint8Array): ToyState {
  return JSON.parse(new TextDecoder().decode(bytes)) as ToyState;
}

function dataOf({ trace, data }: ToyState): string {
  return JSON.stringify({ trace, data: JSON.parse(data) as unknown });
}

class ToyMachine implements Machine {
  readonly #start: RunStart;
  readonly #body: Instruction[];
  readonly #state: ToyState;
  readonly #salt: string;
  #time: number;

  constructor(body: Instruction[], state: ToyState, start: RunStart, salt: string) {
    this.#body = body;
    this.#state = state;
    this.#salt = salt;
    this.#time = start.time;
    this.#start = start;
  }

  step(arrival: Arrival | undefined): Turn {
    const state = this.#state;
    const effects: Effect[] = [];
    if (arrival !== undefined) {
      this.#time = arrival.time;
      if (arrival.kind === "cancel") return this.#turn(effects, { kind: "cancelled", reason: arrival.reason });
      if (arrival.kind === "command") return this.#obey(arrival, effects);
      if (arrival.kind === "signal") {
        state.mailbox.push({ name: arrival.name, payload: arrival.payload });
        if (this.#body[state.at]?.[0] !== "receive") return this.#turn(effects);
      } else {
        if (!state.waiting.includes(arrival.effect)) return this.#turn(effects);
        const instruction = this.#body[state.at];
        if (arrival.kind === "event" && instruction?.[0] === "askAndHear") {
          return this.#hear(arrival, effects);
        }
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

  data(): string {
    return dataOf(this.#state);
  }

  #obey({ command: { name, payload } }: CommandArrival, effects: Effect[]): Turn {
    const state = this.#state;
    if (payload !== "null") state.data = payload;
    if (name === "data" && state.failed) return this.#turn(effects, this.#failure());
    if (name === "data" || !state.failed) return this.#turn(effects);
    state.failed = false;
    if (name === "skip") state.at++;
    return this.#run(effects);
  }

  /** An event about the task that it waits for. */
  #hear({ event, position }: EventArrival, effects: Effect[]): Turn {
    const state = this.#state;
    const target = state.waiting[0]!;
    const { data } = JSON.parse(event) as { data: GivenAnswer | TaskAmendment };
    if ("action" in data) effects.push({ kind: "reply", n: ++state.n, origin, target, answer: data });
    else effects.push({ kind: "amend", n: ++state.n, origin, target, amendment: data });
    if ("expired" in data) {
      effects.push({ kind: "cancel", n: ++state.n, target, origin });
      state.waiting = [];
      state.at++;
      return this.#run(effects);
    }
    effects.push({ kind: "await", n: ++state.n, origin, filter: taskEvents, since: position });
    state.waiting = [target, state.n];
    return this.#turn(effects);
  }

  #failure(): Outcome {
    this.#state.failed = true;
    const error = { type: "script", code: "RUN_FAILED", message: "something is needed", retryable: false };
    return { kind: "failed", error, repairable: true };
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
        effects.push({
          kind: "emit",
          n: ++state.n,
          origin,
          type: instruction[1],
          data: instruction[2],
          ...instruction[3],
        });
        return undefined;
      case "again": {
        const [, action, input, repeats] = instruction;
        return wait({ kind: "call", n: ++state.n, origin, action, input: input as WireText, repeats });
      }
      case "spawn": {
        const [, name, input, options] = instruction;
        const definition = { name };
        const kept = { awaited: true, onParentEnd: "cancel" as const, ...options };
        return wait({ kind: "spawn", n: ++state.n, origin, definition, input, ...kept });
      }
      case "spawnOr": {
        const [, name, input, ms] = instruction;
        const kept = { awaited: true, onParentEnd: "cancel" as const };
        return wait(
          { kind: "spawn", n: ++state.n, origin, definition: { name }, input, ...kept },
          { kind: "sleep", n: ++state.n, origin, until: this.#time + ms },
        );
      }
      case "ask":
        return wait(this.#ask(instruction[1]));
      case "askOr":
        return wait(this.#ask(instruction[1]), {
          kind: "sleep",
          n: ++state.n,
          origin,
          until: this.#time + instruction[2],
        });
      case "askAndHear":
        return wait(this.#ask(instruction[1]), {
          kind: "await",
          n: ++state.n,
          origin,
          filter: taskEvents,
          since: "now",
        });
      case "continue":
        return { outcome: continuedAs(instruction) };
      case "node": {
        const visit = {
          node: instruction[1],
          name: instruction[1],
          type: "toy",
          entered: this.#time,
          left: this.#time,
        };
        effects.push({ kind: "node", n: ++state.n, origin, visit });
        return undefined;
      }
      case "need":
        return state.data.includes(instruction[1]) ? undefined : { outcome: this.#failure() };
      case "input": {
        const { input, starter, timeout, vars, secrets, trigger } = this.#start;
        state.trace.push(JSON.stringify({ input, starter, timeout, vars, secrets, trigger }));
        return undefined;
      }
      case "throw":
        throw new Error("thrown");
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

  #ask(task: ToyTask): AskEffect {
    return { kind: "ask", n: ++this.#state.n, origin, task: { ...anybodysTask, ...task } };
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

function continuedAs([, name, input, timeout]: Instruction & { 0: "continue" }): Outcome {
  return { kind: "continued", definition: { name }, input, ...(timeout === undefined ? {} : { timeout }) };
}
