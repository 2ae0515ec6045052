/**
 * What everything that talks to Temporal shares in a process: the server's engine and the worker's activities. Built once, top to
 * bottom, by `open.ts`.
 */
import type { Client } from "@temporalio/client";
import type { SecretSource, VariableSource } from "../../../core/action.ts";
import type { AppendResult, EventView, ListEvents, Page } from "../../../core/engine.ts";
import type { NewEvent } from "../../../core/event.ts";
import type { Clock, Log, Observer, Random, StartedBy } from "../../../core/ports.ts";
import type {
  Description,
  Diagnostic,
  Image,
  Limits,
  LoadedImage,
  Program,
  Starter,
  WorkflowDescription,
} from "../../../core/program.ts";
import type { TriggerIndex } from "../../../events/trigger-index.ts";
import type { WorkflowIndex } from "../../run/workflow-index.ts";
import type { ProjectScopes } from "../codec/project-scopes.ts";
import type { DefinitionRecord, RegistryAnswer, RegistryChange, RegistryState } from "../protocol/registry.ts";
import type { RunKin } from "../protocol/run.ts";

export interface TemporalContext {
  readonly client: Client;
  readonly namespace: string;
  readonly taskQueue: string;
  /** By language. */
  readonly programs: ReadonlyMap<string, Program>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly observer: Observer;
  readonly variables: VariableSource;
  readonly secrets: SecretSource;
  readonly limits: Limits;
  readonly checkInput?: (workflow: WorkflowDescription, input: string) => readonly string[];
  readonly checkDefinition?: (workflow: WorkflowDescription, project: string) => readonly Diagnostic[];
  readonly registry: RegistryMirror;
  readonly images: ImageStore;
  readonly starts: Starts;
  readonly events: Events;
  /** Where each project has a key of its own. */
  readonly scopes?: ProjectScopes;
}

/** What this process knows of the registry: never older than a few seconds, and never older than its own changes. */
export interface RegistryMirror {
  readonly state: RegistryState;
  /** Triggers of active versions; the owner is the definition's record. */
  readonly triggers: TriggerIndex<DefinitionRecord>;
  readonly workflows: WorkflowIndex;
  /** Asks for what has changed. */
  refresh(): Promise<void>;
  /** Resolves when the change is durable and known here. */
  change(change: RegistryChange): Promise<RegistryAnswer>;
  /** Also one that was removed, for a while. */
  find(project: string, path: string): DefinitionRecord | undefined;
  /** What the active version describes; undefined when there is none, or its image cannot be had. */
  descriptionOf(record: DefinitionRecord): Description | undefined;
  heldByFlag(project: string, type: string): string | undefined;
  /** Keyed digest of names: 32 hex digits; the same in every process of the instance, for good. */
  digest(...parts: readonly (string | number)[]): string;
  /** A UUID (version 8) made of such a digest. */
  uuidOf(...parts: readonly (string | number)[]): string;
}

/** Images by hash: kept in Temporal, and some in memory. */
export interface ImageStore {
  /** Durable when it resolves. Throws IMAGE_TOO_LARGE. */
  put(image: Image): Promise<void>;
  /**
   * Makes sure that an image is kept, for a run that is to begin or to begin again: for those that may not be in use. Nearly
   * always answered from memory. Throws IMAGE_MISSING.
   */
  ensure(hash: string): Promise<void>;
  /** Throws IMAGE_MISSING. */
  get(hash: string): Promise<Image>;
  /** Decoded, and shared. */
  load(hash: string): Promise<LoadedImage>;
  /** The id of the workflow that holds an image, or would. */
  holderOf(hash: string): string;
  /** Has an image kept whose holder has ended. Throws IMAGE_MISSING. */
  reopen(holder: string): Promise<void>;
  /** Has another holder take the place of the one there is. Throws IMAGE_MISSING. */
  renew(holder: string): Promise<void>;
  /** Keeps an image no longer; it can be read for a while. */
  release(holder: string): Promise<void>;
}

/** A run that is to be created; the same id again finds it. */
export interface NewRun {
  runId: string;
  by: StartedBy;
  project: string;
  definition: string;
  /** The definition's project; "*" for one that is for every project. `definitionKey` is the digest of it and the path. */
  definitionProject: string;
  trigger: string;
  image: { hash: string; language: string };
  commit?: string;
  author?: string;
  workflow?: { name: string; version: string; environment: readonly string[] };
  event?: { id: string; source: string; type: string; text: string };
  /** Of the starting event, or where the log ended: a wait looks back to it. */
  position: number;
  hops: number;
  input?: string;
  identity?: string;
  starter?: Starter;
  kin?: RunKin;
  correlated?: true;
  /** The log knows it by its key. `waits`: for the end of another run. */
  keyed?: { waits: boolean };
  /** Whether an ended run of this id may be followed by another one: of drivers. */
  again?: boolean;
}

export interface Starts {
  /** Resolves when it is in Temporal. */
  startRun(run: NewRun): Promise<{ created: boolean }>;
}

export interface Events {
  /** Durable, deduplicated, dispatched. Gathers what comes while an append of the project is under way. */
  append(events: NewEvent[]): Promise<AppendResult[]>;
  /** The same, and resolves as soon as they cannot be lost any more. */
  keep(events: NewEvent[]): Promise<void>;
  /** By id, else by position: the newest. Undefined also for one that came long ago. */
  find(idOrSeq: string): Promise<EventView | undefined>;
  /** Throws REQUEST_INVALID for a cursor that is none. */
  list(query: ListEvents): Promise<Page<EventView>>;
  /** Where a project's log ends; 0 when there is none. */
  end(project: string): Promise<number>;
}
