/**
 * A Program: one language. Pure and synchronous; it has no clock, no randomness and no I/O, and imports no `node:` module.
 * A run of it is a value: an image (immutable, pinned) and a state (bytes), moved by arrivals, one turn at a time.
 */
import type { Arrival } from "./arrival.ts";
import type { DefinitionReference, Effect, NodeVisit, Origin } from "./effect.ts";
import type { Location } from "./errors.ts";
import type { Failure } from "./failure.ts";
import type { Filter } from "./filter.ts";
import type { Schedule } from "./schedule.ts";
import type { WireText } from "./wire.ts";

/** Source texts by path (`source-path.ts`): the entry, and what it loads directly or through others. */
export interface Sources {
  entry: string;
  files: ReadonlyMap<string, string>;
  /** Files that are loaded and are not among `files`; told where they are loaded. */
  missing?: ReadonlyMap<string, MissingFile>;
}

/** What is known of a file that could not be had. */
export interface MissingFile {
  /** Why, and what to do about it; absent when there simply is no such file. */
  reason?: string;
  /** Names of the files in its folder, one of which may have been meant. */
  siblings?: readonly string[];
}

/** "handlers": the top level registers triggers. "driver": the top level is the run itself. */
export type EntryMode = "handlers" | "driver";

export interface Diagnostic {
  severity: "error" | "warning";
  /** A code of the error catalogue, or of the linter. */
  code: string;
  message: string;
  where: Location;
}

/** An immutable compiled value under the hash of its content. */
export interface Image {
  /** Hex fingerprint of language, format and bytes. */
  hash: string;
  language: string;
  bytes: Uint8Array;
}

/** Names a handler of an image and the events it is for. */
export interface TriggerDescription {
  /** The handler's name; "#2" and so on when repeated. Part of the start key. */
  name: string;
  /** Of the events that it is for; of no type when only the clock starts it. */
  filter: Filter;
  /** When the clock starts it. */
  schedule?: Schedule;
  /** It judges changes before they are made, when it is asked: those that pass this. Then no event starts it. */
  validates?: Filter;
  /** An event that a run of this definition takes starts no other. */
  unlessReceived?: Correlation;
  /** What becomes of an event while a run of the same key is open; absent where that is of no concern. */
  concurrency?: Concurrency;
  where: Location;
}

/** How many runs of a trigger are open for one key: one, and with "queue", "replace" and "coalesce" others that wait for it. */
export interface Concurrency {
  /** Fields of the event's data whose values are the key; none: all events of the trigger have the same. */
  by: string[][];
  mode: ConcurrencyMode;
}

/**
 * "queue": runs wait for one another, in the order of their events. "skip": the event starts nothing. "replace": the open ones are
 * cancelled, and the new run starts after they have ended. "coalesce": of those that wait only the newest starts.
 */
export const concurrencyModes = ["queue", "skip", "replace", "coalesce"] as const;

export type ConcurrencyMode = (typeof concurrencyModes)[number];

/** How events belong to runs: a run waits for those that have the same values as the first that it took. */
export interface Correlation {
  /** Names of the attributes that tell runs apart. A wait that compares none of them is not meant. */
  by: string[];
  /** A run takes such events one after another; while it is busy with one it looks back later for the next. */
  repeatedly?: true;
}

export interface Description {
  mode: EntryMode;
  triggers: TriggerDescription[];
  /** Present when people and other runs may start it by name, with an input. */
  workflow?: WorkflowDescription;
}

/** A definition that is started by name. */
export interface WorkflowDescription {
  /** By which it is started; several versions may stand side by side. */
  name: string;
  version: string;
  title?: string;
  description?: string;
  annotations?: string[];
  /** The schema that an input must fit; absent when everything does. */
  inputSchema?: JsonSchema;
  /** An input that does not fit is told in the run's log, and the run starts all the same. */
  mayDiffer?: true;
  /** The schema of what it ends with. */
  outputSchema?: JsonSchema;
  /** What it ends with and does not fit is told in the run's log. */
  outputMayDiffer?: true;
  /** Names of the environment that it may ask for; of these a host gives what it has and allows. */
  environment: string[];
  /** Those of them without which a run will lack something. */
  needs?: EnvironmentNeed[];
  graph: Graph;
}

/** A name of the environment that a definition cannot do without. */
export interface EnvironmentNeed {
  /** As the author wrote it first, then other spellings; one of them is enough. */
  spellings: string[];
  /** What is configured by it. */
  property: string;
  at: Location;
}

/** A JSON Schema with the files that it refers to. */
export interface JsonSchema {
  /** Path of the schema; references in it are relative to this. */
  path: string;
  /** JSON texts by path, that of the schema among them. */
  documents: Record<string, string>;
  /** Where a definition names it. */
  at?: Location;
}

/** What a definition looks like, for pictures and lists. */
export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

export interface GraphNode {
  /** Stable across versions: what it is called, not where it stands. */
  id: string;
  name: string;
  type: string;
  where: Location;
  /** The node that it is part of. */
  parent?: string;
}

export interface GraphEdge {
  from: string;
  to: string;
  /** Why it is taken: a condition, an event, an error. */
  label?: string;
  kind: "start" | "next" | "condition" | "default" | "event" | "error" | "compensation" | "end";
}

/** Is told where in the author's text something is about to be done. */
export type Watcher = (place: Location) => void;

/** Evaluating the top level of handlers takes steps too, so compiling is sliced like running. */
export interface Compilation {
  step(budget: number): "running" | CompileResult;
  /** As a machine's, for the top levels; before the first step. */
  watch?(see: Watcher): void;
}

export interface CompileResult {
  /** Present unless a diagnostic is an error. */
  image?: Image;
  diagnostics: Diagnostic[];
  /** What the top level printed. */
  output: string[];
}

export interface Program {
  readonly language: string;
  /**
   * The paths that a source text loads, as they resolve from `path`, but for what the language itself supplies. Never throws; a
   * text that does not parse loads nothing.
   */
  dependencies(path: string, text: string): string[];
  compile(sources: Sources, mode: EntryMode, limits?: Partial<Limits>): Compilation;
  /** Decodes an image; the result is immutable and may be shared by many machines. Throws when the bytes are not one. */
  load(image: Image): LoadedImage;
}

/** A text and the path of its file. */
export interface SourceText {
  path: string;
  text: string;
}

export interface LoadedImage {
  readonly hash: string;
  /**
   * Of what executes the image, from 1 on. Another one where the same arrivals may have other effects, or cost other numbers of steps
   * and bytes, so that a limit is met elsewhere. It is kept with every turn.
   */
  readonly machineVersion: number;
  describe(): Description;
  /** The text that it was compiled from, where the image keeps it. */
  source?(): SourceText;
  /** `state` is absent for a new run. Bytes of a state are checked, never trusted. */
  open(start: RunStart, state?: Uint8Array): Machine;
  /** For people and tools: where a state stands. */
  inspect(start: RunStart, state: Uint8Array): Inspection;
}

/** What is fixed at the start of a run and never changes; state refers to it and does not repeat it. */
export interface RunStart {
  runId: string;
  project: string;
  /** The trigger's name, for handlers; "" for a driver. */
  trigger: string;
  /** `eventText` of the starting event; undefined for a driver. */
  event?: string;
  /** Position of the starting event in the log; 0 for a driver, meaning where the log ended at the start is `position`. */
  position: number;
  /** Plain JSON that the run was started with; undefined for none. */
  input?: string;
  /** By whom and for what it was started; absent where nobody said. */
  starter?: Starter;
  /** In place of the one that the definition has, where the run that it takes over from says so. */
  timeout?: RunTimeout;
  /** Epoch ms of the start. */
  time: number;
  /** Plain variables by name. */
  vars: Readonly<Record<string, string>>;
  /** Names of the secrets; their values never reach a Program. */
  secrets: readonly string[];
  limits: Limits;
}

/** How long a run may take. */
export interface RunTimeout {
  ms: number;
  /** The same as the author wrote it. */
  text: string;
  /** Whether what is under way is broken off; else it is finished first. */
  interrupt: boolean;
  /** The node that is executed before the run ends. */
  runBefore?: string;
}

/** By whom and for what a run was started. Never credentials. */
export interface Starter {
  /** Who asked, as the server knows them. */
  identity?: string;
  /** Headers of the request that may be kept: lower-case names. */
  headers?: Record<string, string>;
  /** A name for the matter at hand that other systems know. */
  businessKey?: string;
  /** References to the entities that the run was started by and for. */
  initiatorEntity?: string;
  targetEntity?: string;
  /** The run that spawned it, and the user name of who started that, where it was somebody without an identity here. */
  parent?: { runId: string; definition: string; startedBy?: string };
}

/** Exact limits; passing one fails the run with what, where and how much. */
export interface Limits {
  /** VM steps in one turn, and in the whole run. */
  stepsPerTurn: number;
  stepsPerRun: number;
  /** Bytes of live values, by the VM's own accounting. */
  memoryBytes: number;
  /** Nested calls. */
  depth: number;
  /** Bytes of a state. */
  stateBytes: number;
  /** Effects, and bytes printed or sent, in one turn; such bytes in the whole run. */
  effectsPerTurn: number;
  outputBytesPerTurn: number;
  outputBytesPerRun: number;
  /** Fibers at a time. */
  fibers: number;
  /** Calls, timers and waits that are open at a time. */
  openEffects: number;
}

export const defaultLimits: Limits = {
  stepsPerTurn: 20_000_000,
  stepsPerRun: 1_000_000_000_000,
  memoryBytes: 16 * 1024 * 1024,
  depth: 500,
  stateBytes: 1024 * 1024,
  effectsPerTurn: 1000,
  outputBytesPerTurn: 1024 * 1024,
  outputBytesPerRun: 1024 * 1024 * 1024,
  fibers: 1000,
  openEffects: 5000,
};

export interface Machine {
  /**
   * Computes on. The first call of a new run passes no arrival; after a Turn each call passes one, and "running" (the budget
   * of steps is used up) is answered by a call without one. After an outcome it is never called again.
   */
  step(arrival: Arrival | undefined, budget: number): "running" | Turn;
  /** Canonical, versioned bytes; only between turns and after a failure that can be repaired. Throws LIMIT_STATE when too large. */
  snapshot(): Uint8Array;
  /** JSON text of the data it works on, for people; between turns and after an outcome. Absent where a language has none. */
  data?(): string;
  /** From now on tells the place of each step before it is made, where it has one in the author's text. Absent where a language cannot tell. */
  watch?(see: Watcher): void;
}

export interface Turn {
  effects: Effect[];
  outcome?: Outcome;
  /** VM steps this turn took. */
  steps: number;
  /** Bytes of messages received and not consumed. */
  mailboxBytes: number;
  /** Names of the signals that it waits for; absent when there are none. */
  signals?: string[];
}

export type Outcome =
  | { kind: "succeeded"; value: WireText }
  /** `repairable`: what is open is closed, the state after the failure is kept, and a command opens the run again. */
  | { kind: "failed"; error: Failure; repairable?: true }
  | { kind: "cancelled"; reason: string }
  /** It ends, and another run takes over, created in the same commit. `input` is plain JSON; `timeout` is that of the other run. */
  | { kind: "continued"; definition: DefinitionReference; input: string; timeout?: RunTimeout };

export interface Inspection {
  /** In the order of their numbers. */
  fibers: FiberInspection[];
  /** Unread signals by name. */
  mailbox: Record<string, number>;
  /** JSON text of the data that it works on, where the language has such. */
  data?: string;
  /** Nodes that it is in, or at which it failed. */
  nodes?: OpenNode[];
}

/** A node that a run is in: `left` is not known yet. */
export type OpenNode = Omit<NodeVisit, "left">;

/** One of the functions of a run that go on side by side. */
export interface FiberInspection {
  /** 0 is the first. */
  id: number;
  /** Outermost first. Empty when its function has returned and it waits for the fibers that it started. */
  frames: Frame[];
  /** Open effects, fibers and signals, each of which may make it go on. */
  waitingFor: number[];
  waitingForFibers: number[];
  waitingForSignals: string[];
  /** Which fiber started it, to call which function, and where. Absent for the first. */
  started?: { by: number; function: string; at: Origin };
}

export interface Frame {
  function: string;
  at: Origin;
  /** Local variables as the language prints them, cut to a readable length. */
  locals: Record<string, string>;
}
