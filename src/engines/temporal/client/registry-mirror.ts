/** What a process knows of the registry: asked for once a second, and after every change of its own. */
import { createHmac } from "node:crypto";
import type { Client } from "@temporalio/client";
import type { FlagView } from "../../../core/engine.ts";
import type { Clock, Log, Random } from "../../../core/ports.ts";
import type { Description } from "../../../core/program.ts";
import { flags, FlagSettings, heldBy } from "../../../events/flags.ts";
import { TriggerIndex } from "../../../events/trigger-index.ts";
import { WorkflowIndex } from "../../run/workflow-index.ts";
import type {
  DefinitionRecord,
  RegistryAnswer,
  RegistryChange,
  RegistryNews,
  RegistryState,
} from "../protocol/registry.ts";
import type { ImageStore, RegistryMirror } from "./context.ts";
import { forEachOf } from "./reach.ts";
import { RegistryEntity } from "./registry-entity.ts";

export interface MirrorContext {
  readonly client: Client;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly images: Pick<ImageStore, "load">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const everyMs = 1000;
/** Images that are read at a time. */
const atATime = 16;

const nothing: RegistryState = {
  version: -1,
  salt: "",
  definitions: [],
  flags: [],
  pauses: [],
  builds: [],
  unarmed: [],
  forgotten: 0,
};

export class LiveRegistry implements RegistryMirror {
  readonly triggers = new TriggerIndex<DefinitionRecord>();
  readonly workflows = new WorkflowIndex();
  readonly #context: MirrorContext;
  readonly #entity: RegistryEntity;
  readonly #records = new Map<string, DefinitionRecord>();
  /** Of active versions, by hash of the image. */
  readonly #descriptions = new Map<string, Description>();
  /** What the workflow index knows definitions by. */
  readonly #numbers = new Map<string, number>();
  #state = nothing;
  #flags = new FlagSettings();
  #reading: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #timer: { cancel(): void } | undefined;
  #isReached = true;
  #isClosed = false;

  private constructor(context: MirrorContext) {
    this.#context = context;
    this.#entity = new RegistryEntity(context);
  }

  /** Starts the registry if there is none. With that, digests can be made; its content is not known yet. */
  static async begin(context: MirrorContext): Promise<LiveRegistry> {
    const mirror = new LiveRegistry(context);
    mirror.#state = { ...nothing, salt: await mirror.#entity.begin() };
    return mirror;
  }

  /** Resolves when the content is known, and goes on being so; that takes a worker. */
  async open(): Promise<void> {
    await this.refresh();
    this.#arm();
  }

  /** Resolves when nothing is asked any more, so that the connection can be closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await Promise.allSettled([this.#reading, this.#next]);
  }

  get state(): RegistryState {
    return this.#state;
  }

  /** What was asked before this call does not count: it may not know what the caller has heard of. */
  refresh(): Promise<void> {
    if (this.#reading === undefined) {
      this.#reading = this.#read().finally(() => (this.#reading = undefined));
      return this.#reading;
    }
    const again = (): Promise<void> => {
      this.#next = undefined;
      return this.refresh();
    };
    this.#next ??= this.#reading.then(again, again);
    return this.#next;
  }

  async change(change: RegistryChange): Promise<RegistryAnswer> {
    const answer = await this.#entity.change(change, this.#state);
    if (answer.version !== this.#state.version) await this.refresh();
    return answer;
  }

  find(project: string, path: string): DefinitionRecord | undefined {
    return this.#records.get(keyOf({ project, path }));
  }

  descriptionOf({ imageHash, removed }: DefinitionRecord): Description | undefined {
    return imageHash === undefined || removed !== undefined ? undefined : this.#descriptions.get(imageHash);
  }

  heldByFlag(project: string, type: string): string | undefined {
    return heldBy(this.#flags, project, type);
  }

  digest(...parts: readonly (string | number)[]): string {
    return this.#hmac("digest", parts).toString("hex", 0, 16);
  }

  uuidOf(...parts: readonly (string | number)[]): string {
    const bytes = this.#hmac("uuid", parts);
    bytes[6] = 0x80 | (bytes[6]! & 0x0f);
    bytes[8] = 0x80 | (bytes[8]! & 0x3f);
    const hex = bytes.toString("hex", 0, 16);
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  #hmac(purpose: string, parts: readonly (string | number)[]): Buffer {
    return createHmac("sha256", this.#state.salt)
      .update(JSON.stringify([purpose, ...parts]))
      .digest();
  }

  #arm(): void {
    if (this.#isClosed) return;
    this.#timer = this.#context.clock.setTimer(everyMs, () => void this.#look());
  }

  /** What cannot be asked now is asked again; what is known goes on being used. */
  async #look(): Promise<void> {
    try {
      await this.refresh();
      this.#isReached = true;
    } catch (error) {
      if (this.#isReached && !this.#isClosed) {
        this.#context.log.warn("the registry does not answer; what is known of it goes on being used", {
          error: String(error),
        });
      }
      this.#isReached = false;
    }
    this.#arm();
  }

  async #read(): Promise<void> {
    const news = await this.#entity.read(this.#state.version);
    if (news !== undefined) await this.#take(news);
    else if (this.#isUndescribed()) await this.#describe([...this.#records.values()]);
  }

  /** Descriptions first: what changes is then known from one moment to the next. */
  async #take({ state, complete }: RegistryNews): Promise<void> {
    await this.#loadDescriptions(state.definitions);
    if (complete) {
      const left = new Set(state.definitions.map(keyOf));
      const gone = [...this.#records.values()].filter((record) => !left.has(keyOf(record)));
      for (const record of gone) this.#forget(record);
    }
    for (const record of state.definitions) this.#records.set(keyOf(record), record);
    this.#state = { ...state, definitions: [...this.#records.values()] };
    this.#flags = flagSettings(state.flags);
    for (const record of state.definitions) this.#index(record);
    this.#dropDescriptions();
  }

  /** What could not be described before. */
  async #describe(records: DefinitionRecord[]): Promise<void> {
    const missing = records.filter((record) => isActive(record) && this.descriptionOf(record) === undefined);
    await this.#loadDescriptions(missing);
    for (const record of missing) this.#index(record);
  }

  #isUndescribed(): boolean {
    return [...this.#records.values()].some((record) => isActive(record) && this.descriptionOf(record) === undefined);
  }

  async #loadDescriptions(records: readonly DefinitionRecord[]): Promise<void> {
    const hashes = records.flatMap((record) => (isActive(record) ? [record.imageHash ?? ""] : []));
    const missing = [...new Set(hashes)].filter((hash) => !this.#descriptions.has(hash));
    await forEachOf(missing, atATime, async (hash) => {
      try {
        this.#descriptions.set(hash, (await this.#context.images.load(hash)).describe());
      } catch (error) {
        this.#context.log.error("a definition cannot be used: its image cannot be had", {
          image: hash,
          error: String(error),
        });
      }
    });
  }

  #dropDescriptions(): void {
    const used = new Set([...this.#records.values()].filter(isActive).map(({ imageHash }) => imageHash));
    for (const hash of this.#descriptions.keys()) if (!used.has(hash)) this.#descriptions.delete(hash);
  }

  #index(record: DefinitionRecord): void {
    const { project, path, activeSince = 0 } = record;
    const definition = this.#numberOf(record);
    const description = this.descriptionOf(record);
    if (description === undefined) {
      this.triggers.delete(project, path);
      this.workflows.set(definition, undefined);
      return;
    }
    const { triggers, workflow } = description;
    this.triggers.set({ project, path, owner: record }, triggers);
    const entry = workflow && { definition, version: record.changed, path, project, activeSince, workflow };
    this.workflows.set(definition, entry);
  }

  #forget(record: DefinitionRecord): void {
    this.#records.delete(keyOf(record));
    this.triggers.delete(record.project, record.path);
    this.workflows.set(this.#numberOf(record), undefined);
  }

  #numberOf(record: DefinitionRecord): number {
    const key = keyOf(record);
    const number = this.#numbers.get(key) ?? this.#numbers.size + 1;
    this.#numbers.set(key, number);
    return number;
  }
}

/** Flags of another release are nothing to this one. */
export function flagSettings(views: readonly FlagView[]): FlagSettings {
  return new FlagSettings(views.filter(({ name }) => flags.some((flag) => flag.name === name)));
}

function isActive({ imageHash, removed }: DefinitionRecord): boolean {
  return imageHash !== undefined && removed === undefined;
}

function keyOf({ project, path }: { project: string; path: string }): string {
  return `${project}\0${path}`;
}
