/** What a run is started with, what it is told and asked, and what it answers. */
import type { OperatorCommand } from "../../../core/arrival.ts";
import type { Failure } from "../../../core/failure.ts";
import type { CallEffect, NodeVisit } from "../../../core/effect.ts";
import type { Inspection, OpenNode, Outcome, RunStart, RunTimeout, Starter } from "../../../core/program.ts";
import type { HistoryEntry, OpenEffectView, RunState } from "../../../core/run.ts";
import type { WireText } from "../../../core/wire.ts";
import type { TaskRecord } from "../../../people/task-record.ts";
import type { RunReport } from "./log.ts";

/** The arguments of the workflow "run": `image` travels by reference, `state` is the machine's (absent for a new run). */
export type RunArguments = [input: RunInput, image: ImageValue, state?: Uint8Array];

/** An image as an argument: bytes inside the sandbox, a reference in histories. */
export interface ImageValue {
  kind: "autoflow/image";
  hash: string;
  language: string;
  /** Absent where nobody fills them in. */
  bytes?: Uint8Array;
}

/** What is fixed at the start, and what is carried over when the run continues in another execution. Plain JSON. */
export interface RunInput {
  start: RunStart;
  /** Path of the definition inside its project. */
  definition: string;
  /** Keyed digest of the definition's project and path: what the log knows it by. */
  definitionKey: string;
  /** How many events in a chain that runs caused led to it. */
  hops: number;
  kin?: RunKin;
  /** Its log waits to hear how it stands after the first turn, since events may be for it by correlation. */
  correlated?: true;
  /** Its log knows it by its key, and waits to hear of its end. `waits`: for the end of another run, so that it is told when to begin. */
  keyed?: { waits: boolean };
  carry?: RunCarry;
  /** It had failed, and an operator opens it again. */
  command?: OperatorCommand;
}

export interface RunKin {
  /** `bound`: it is not to outlive its parent, which hears of its end also when it does not wait for it. */
  parent?: { runId: string; effect: number; awaited: boolean; bound?: true };
  /** Runs above it. */
  depth: number;
  continues?: string;
  /** How many runs there are before it that each took over from the one before. */
  chain: number;
  timeout?: RunTimeout;
}

/** What the host knows of a run beside the machine's state. */
export interface RunCarry {
  /** `encodeLedger`. Calls in it without `next` are to be performed, but for long ones: no other is under way when a run is carried over. */
  ledger: string;
  /** Messages that the Program has not been given, in order. */
  inbox: CarriedMessage[];
  /** Ids of the messages seen last, so that none counts twice. */
  seen: string[];
  /** Numbers of the awaits that the log knows of. */
  subscribed: number[];
  /** Reports that its log has had, how the last one said that it stands, and the position of the last event it was delivered. */
  reports: number;
  stood?: RunReport["stands"];
  heard: number;
  /** Effects whose long calls are under way. */
  long: number[];
  /** Children that are not to outlive it, by effect. */
  children: { effect: number; runId: string }[];
  /** The executions before this one, newest last: the first history entry that each holds. At most 50. */
  executions: { entry: number; runId: string }[];
  /** What it has asked people. */
  tasks?: NumberedTask[];
  /** It waits to be told to begin. */
  held?: true;
  /** Epoch ms at which it has begun, where that was later than it was created. */
  begun?: number;
  /** Set once it was asked to end. */
  cancelling?: { reason: string; deadline: number };
  /** What the memo tells. */
  told?: RunLive;
}

/** A task with the number of the effect that asks it. */
export interface NumberedTask {
  effect: number;
  task: TaskRecord;
}

/** Ids dedupe: a message may be sent more than once. */
export type RunMessage =
  | { kind: "event"; id: string; effect: number; event: string; position: number }
  | { kind: "signal"; id: string; name: string; payload: string }
  /** `attempt`: of a long call, as the activity has answered it. */
  | { kind: "answer"; id: string; effect: number; value?: WireText; error?: Failure; attempt?: LongAttempt }
  /** `kin`: whoever asks does not ask twice, and not for more than has been asked for: a run that it came of, or its log. */
  | { kind: "cancel"; id: string; reason: string; kin?: true }
  | { kind: "command"; id: string; command: OperatorCommand }
  /** It is its turn to begin. */
  | { kind: "release"; id: string }
  /** The child of an effect has ended; `next` takes over from it. For children that are bound. */
  | { kind: "child"; id: string; effect: number; next?: string };

/** What a run has not taken yet: a message, or what came of something that its host did. */
export type CarriedMessage =
  | Exclude<RunMessage, { kind: "release" }>
  | { kind: "result"; effect: number; value?: WireText; error?: Failure };

/** Which attempt of a call it was, and the action's own policy. */
export interface LongAttempt {
  attempt: number;
  retry?: CallEffect["retry"];
}

export const runSignals = {
  /** RunMessage. */
  message: "message",
  /** Continue in a new execution soon: there is a newer version of the workers, or an operator wants it. */
  renew: "renew",
} as const;

export const runUpdates = {
  /** OperatorCommand -> nothing; refuses with an application failure of type = error code, and the hint as its only detail. */
  command: "command",
  /** Number of the effect, GivenAnswer -> TaskRecord; refuses in the same way. */
  answer: "answer",
  /** -> RunView, once the run waits, or answers nothing new: at the latest after 5 s. Costs history: only for short waits. */
} as const;

export const runQueries = {
  /** -> RunView */
  view: "view",
  /** { after, limit } -> RunHistory */
  history: "history",
  /** -> RunNodes */
  nodes: "nodes",
  /** -> NumberedTask[], in the order in which they were asked; of those that are closed the last. */
  tasks: "tasks",
} as const;

/** How an open run stands, or how it ended. Times are epoch ms. */
export interface RunView {
  state: RunState;
  updatedAt: number;
  endedAt?: number;
  waitingFor?: string;
  /** It has not begun, since another run of its key is open. */
  held?: true;
  turns: number;
  stateBytes: number;
  openEffects: OpenEffectView[];
  inspection?: Inspection;
  data?: string;
  error?: Failure;
  value?: WireText;
  repairable?: true;
  continuedAs?: string;
}

/** Entries of one execution. */
export interface RunHistory {
  entries: HistoryEntry[];
  /** Number of the first entry of this execution, and of the next to come. */
  first: number;
  next: number;
  /** Earlier executions: the first entry that each holds, newest last. */
  executions: { entry: number; runId: string }[];
}

export interface RunNodes {
  left: NodeVisit[];
  open: OpenNode[];
  executions: { entry: number; runId: string }[];
}

/** What a run ends with: the workflow's result, or the first detail of its failure. What the outcome says is not in the view too. */
export interface RunResult {
  outcome: Outcome;
  view: RunView;
  /** Of a run that can be repaired: what opens it again. The state (bytes) is the failure's second detail. */
  carry?: RunCarry;
}

/** Application failure types; the failure's details hold a RunResult, and a state. */
export const failureTypes = { failed: "RunFailed", refused: "Refused" } as const;

/** The run's memo: what lists tell without opening the run. Sealed by the codec. */
export interface RunMemo {
  project: string;
  definition: string;
  trigger: string;
  imageHash: string;
  language: string;
  eventId?: string;
  eventType?: string;
  eventSource?: string;
  createdAt: number;
  commit?: string;
  author?: string;
  workflow?: { name: string; version: string };
  input?: string;
  starter?: Starter;
  identity?: string;
  kin?: RunKin;
}

/** The memo's second entry: how the run stood when that was worth telling. */
export interface RunLive {
  state: RunState;
  updatedAt: number;
  waitingFor?: string;
}

/** Keys of the memo. */
export const memoKeys = { about: "about", live: "live" } as const;
