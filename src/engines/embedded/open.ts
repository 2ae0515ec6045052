/** Opens the embedded engine on a data folder, or in memory for tests. */
import type { Action, SecretSource, VariableSource } from "../../core/action.ts";
import type { Engine } from "../../core/engine.ts";
import type { Clock, Log, Observer, Random } from "../../core/ports.ts";
import type { Diagnostic, Limits, Program, WorkflowDescription } from "../../core/program.ts";
import type { HistoryEntry } from "../../core/run.ts";
import type { CoreOptions, RunOfEntries } from "./core.ts";
import { noCrashNote, openCrashNote } from "./crash-note.ts";
import { EmbeddedEngine } from "./engine.ts";
import { toEntries } from "../run/history-text.ts";
import type { OnHistory } from "./history-feed.ts";
import { defaultRetention, type Retention } from "./retention.ts";
import type { EncryptionKey } from "./store/seal.ts";
import { openStore } from "./store/store.ts";

const defaultDrainGraceMs = 5000;

export interface EmbeddedOptions {
  /** Created when it does not exist; undefined keeps everything in memory. */
  dataDir: string | undefined;
  /** By language. */
  programs: ReadonlyMap<string, Program>;
  actions: readonly Action[];
  clock: Clock;
  random: Random;
  log: Log;
  observer: Observer;
  variables: VariableSource;
  secrets: SecretSource;
  limits: Limits;
  /**
   * What is wrong with an input for a definition that a run starts: a line for each problem. Throws an AutoFlowError when that
   * cannot be told.
   */
  checkInput?: (workflow: WorkflowDescription, input: string) => readonly string[];
  /** What is wrong with a definition that compiles; an error keeps it from becoming the active version. */
  checkDefinition?: (workflow: WorkflowDescription, project: string) => readonly Diagnostic[];
  /** The first seals, all open. None: nothing is encrypted. */
  encryptionKeys?: readonly EncryptionKey[];
  retention?: Retention;
  /** How long a drain lets attempts under way go on, in ms. */
  drainGraceMs?: number;
  /** Computes nothing before a driver is started or found: one whose start is refused does not go on unseen. */
  held?: boolean;
  /** Hears of every history entry after its commit: for printing scripts' output. Must return quickly. */
  onEntries?: (run: RunOfEntries, entries: HistoryEntry[]) => void;
}

/** An engine whose time and whose end are in the hands of whoever opened it. */
export interface SimulatedEngine extends Engine {
  /** Whether nothing will happen unless time passes, an attempt ends (but for `attempts` of them) or somebody asks for something. */
  isIdle(attempts: number): boolean;
  /** How many runs have not ended. */
  readonly openRuns: number;
  /** As when the process is killed and started again: what is not committed is gone, and what is committed is taken up. */
  kill(): void;
}

/** The engine of tests: in memory, and it keeps everything. */
export async function openSimulatedEngine(
  options: Omit<EmbeddedOptions, "dataDir" | "encryptionKeys" | "retention" | "held" | "onEntries">,
  onHistory: OnHistory,
): Promise<SimulatedEngine> {
  const store = await openStore(undefined, []);
  return new EmbeddedEngine(store, { ...coreOptions(options), onHistory }, noCrashNote, undefined, false);
}

/**
 * Takes up all that was under way when the folder was last used. Throws STORE_LOCKED when another process uses it, STORE_NEWER,
 * STORE_KEY_MISSING, STORE_FAILED.
 */
export async function openEmbeddedEngine(options: EmbeddedOptions): Promise<Engine> {
  const store = await openStore(options.dataDir, options.encryptionKeys ?? []);
  const note = options.dataDir === undefined ? noCrashNote : openCrashNote(options.dataDir);
  try {
    return new EmbeddedEngine(
      store,
      coreOptions(options),
      note,
      options.retention ?? defaultRetention,
      options.held ?? false,
    );
  } catch (error) {
    note.close();
    await store.close();
    throw error;
  }
}

function coreOptions(options: Omit<EmbeddedOptions, "dataDir">): CoreOptions {
  const actions = new Map(options.actions.map((action) => [action.name, action]));
  const { onEntries, drainGraceMs = defaultDrainGraceMs } = options;
  const onHistory: OnHistory | undefined = onEntries && ((run, row) => onEntries(run, toEntries(row)));
  return { ...options, actions, onHistory, drainGraceMs };
}
