/** Definitions, their versions and images; settings that runs share; flags; paused triggers. */
import { hash } from "node:crypto";
import type { DefinitionSources, LoadedProject } from "../../../core/definition.ts";
import type { Diagnostic, Image } from "../../../core/program.ts";
import { FlagSettings } from "../../../events/flags.ts";
import type { Names } from "./names.ts";
import type { Reader } from "./reader.ts";
import { type Batch, statement } from "./statement.ts";

const insertImage = statement("INSERT OR IGNORE INTO images (id, hash, language, bytes) VALUES (?, ?, ?, ?)", {
  columns: [3],
  scope: "image",
  scopeColumn: 0,
  compress: true,
});
const insertDefinition = statement(
  "INSERT INTO definitions (id, project, path, language, problems) VALUES (?, ?, ?, ?, ?)",
);
const insertVersion = statement(
  `INSERT INTO versions (id, definition, image, commit_sha, author, created_at, libraries, workflow, workflow_version)
   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
);
const activate = statement(
  "UPDATE definitions SET version = ?, active_since = ?, problems = '[]', removed = 0 WHERE id = ?",
);
const setProblems = statement("UPDATE definitions SET problems = ? WHERE id = ?");
const removeDefinition = statement("UPDATE definitions SET removed = 1 WHERE id = ?");
const insertSettings = statement("INSERT OR IGNORE INTO settings (id, hash, body) VALUES (?, ?, ?)", {
  columns: [2],
  scope: "settings",
  scopeColumn: 0,
});
const setFlag = statement("INSERT OR REPLACE INTO flags (name, project, enabled) VALUES (?, ?, ?)");
const clearFlag = statement("DELETE FROM flags WHERE name = ? AND project = ?");
const insertPause = statement(
  "INSERT OR REPLACE INTO trigger_pauses (definition, trigger, object, reason, paused_at) VALUES (?, ?, ?, ?, ?)",
);
const deletePauses = statement("DELETE FROM trigger_pauses WHERE definition = ? AND trigger = ?");

export interface DefinitionRecord {
  id: number;
  project: string;
  path: string;
  language: string;
  /** The active version; undefined until one compiled. */
  version: number | undefined;
  activeSince: number | undefined;
  problems: Diagnostic[];
  removed: boolean;
}

export interface VersionRecord {
  id: number;
  definition: number;
  image: number;
  commit: string | undefined;
  author: string | undefined;
  /** Other projects whose files it loads. */
  libraries: readonly LoadedProject[];
  /** Present when it is started by name. */
  workflow: WorkflowName | undefined;
}

/** By which a definition is started. */
export interface WorkflowName {
  name: string;
  version: string;
}

/** Where a version comes from. */
interface VersionOrigin extends Pick<DefinitionSources, "commit" | "author" | "libraries"> {
  workflow: WorkflowName | undefined;
  now: number;
}

/** All definitions and versions in memory: as many as scripts and their edits. Images are read when needed. */
export class Definitions {
  readonly #reader: Reader;
  readonly #names: Names;
  readonly #definitions = new Map<number, DefinitionRecord>();
  /** By project and path. */
  readonly #places = new Map<string, DefinitionRecord>();
  readonly #versions = new Map<number, VersionRecord>();
  /** By definition. */
  readonly #latest = new Map<number, VersionRecord>();
  readonly #images = new Map<string, number>();
  #lastDefinition: number;
  #lastVersion: number;
  #lastImage: number;

  constructor(reader: Reader, names: Names) {
    this.#reader = reader;
    this.#names = names;
    for (const row of reader.all(
      "SELECT id, project, path, language, version, active_since, problems, removed FROM definitions",
    )) {
      this.#rememberDefinition({
        id: Number(row["id"]),
        project: names.name(Number(row["project"])),
        path: names.name(Number(row["path"])),
        language: String(row["language"]),
        version: row["version"] === null ? undefined : Number(row["version"]),
        activeSince: row["active_since"] === null ? undefined : Number(row["active_since"]),
        problems: JSON.parse(String(row["problems"])) as Diagnostic[],
        removed: row["removed"] === 1,
      });
    }
    for (const row of reader.all(
      "SELECT id, definition, image, commit_sha, author, libraries, workflow, workflow_version FROM versions ORDER BY id",
    )) {
      this.#rememberVersion({
        id: Number(row["id"]),
        definition: Number(row["definition"]),
        image: Number(row["image"]),
        commit: row["commit_sha"] === null ? undefined : String(row["commit_sha"]),
        author: row["author"] === null ? undefined : String(row["author"]),
        libraries: row["libraries"] === null ? [] : (JSON.parse(String(row["libraries"])) as LoadedProject[]),
        workflow:
          row["workflow"] === null
            ? undefined
            : { name: String(row["workflow"]), version: String(row["workflow_version"]) },
      });
    }
    for (const row of reader.all("SELECT id, hash FROM images"))
      this.#images.set(String(row["hash"]), Number(row["id"]));
    this.#lastDefinition = Math.max(0, ...this.#definitions.keys());
    this.#lastVersion = reader.number("SELECT max(id) FROM versions");
    this.#lastImage = reader.number("SELECT max(id) FROM images");
  }

  all(): DefinitionRecord[] {
    return [...this.#definitions.values()];
  }

  find(project: string, path: string): DefinitionRecord | undefined {
    return this.#places.get(placeOf(project, path));
  }

  definition(id: number): DefinitionRecord {
    return this.#definitions.get(id)!;
  }

  version(id: number): VersionRecord {
    return this.#versions.get(id)!;
  }

  versionsOf(path: string): number[] {
    return [...this.#versions.values()]
      .filter((version) => this.definition(version.definition).path.split("#")[0] === path)
      .map(({ id }) => id);
  }

  /** Versions that are, or were, started by name. */
  workflowVersions(): number[] {
    return [...this.#versions.values()].filter(({ workflow }) => workflow !== undefined).map(({ id }) => id);
  }

  imageHash(image: number): string {
    return String(this.#reader.get("SELECT hash FROM images WHERE id = ?", image)?.["hash"] ?? "");
  }

  readImage(id: number): Image {
    const row = this.#reader.get("SELECT hash, language, bytes FROM images WHERE id = ?", id)!;
    const bytes = this.#reader.sealer.openBytes(row["bytes"], `image/${id}`)!;
    return { hash: String(row["hash"]), language: String(row["language"]), bytes };
  }

  /** The definition of a path, added to the batch when it is new. */
  define(batch: Batch, project: string, path: string, language: string): DefinitionRecord {
    const known = this.find(project, path);
    if (known !== undefined) return known;
    const id = ++this.#lastDefinition;
    const record: DefinitionRecord = {
      id,
      project,
      path,
      language,
      version: undefined,
      activeSince: undefined,
      problems: [],
      removed: false,
    };
    batch.add(insertDefinition, id, this.#names.id(project, batch), this.#names.id(path, batch), language, "[]");
    return this.#rememberDefinition(record);
  }

  /** A version of a definition: the latest one when image and commits are the same, else a new one. */
  addVersion(
    batch: Batch,
    definition: number,
    image: Image,
    { commit, author, libraries = [], workflow: described, now }: VersionOrigin,
  ): VersionRecord {
    const imageId = this.#addImage(batch, image);
    const latest = this.#latest.get(definition);
    const loaded = libraries.length === 0 ? null : JSON.stringify(libraries);
    const loadedBefore =
      latest === undefined || latest.libraries.length === 0 ? null : JSON.stringify(latest.libraries);
    if (latest?.image === imageId && latest.commit === commit && loaded === loadedBefore) return latest;
    const workflow = described && { name: described.name, version: described.version };
    const record = { id: ++this.#lastVersion, definition, image: imageId, commit, author, libraries, workflow };
    const named = [workflow?.name ?? null, workflow?.version ?? null];
    batch.add(insertVersion, record.id, definition, imageId, commit ?? null, author ?? null, now, loaded, ...named);
    return this.#rememberVersion(record);
  }

  activate(batch: Batch, definition: DefinitionRecord, version: number, now: number): void {
    if (definition.version !== version) definition.activeSince = now;
    definition.version = version;
    definition.problems = [];
    definition.removed = false;
    batch.add(activate, version, definition.activeSince ?? now, definition.id);
  }

  setProblems(batch: Batch, definition: DefinitionRecord, problems: Diagnostic[]): void {
    definition.problems = problems;
    batch.add(setProblems, JSON.stringify(problems), definition.id);
  }

  remove(batch: Batch, definition: DefinitionRecord): void {
    definition.removed = true;
    batch.add(removeDefinition, definition.id);
  }

  #rememberDefinition(record: DefinitionRecord): DefinitionRecord {
    this.#definitions.set(record.id, record);
    this.#places.set(placeOf(record.project, record.path), record);
    return record;
  }

  #rememberVersion(record: VersionRecord): VersionRecord {
    this.#versions.set(record.id, record);
    this.#latest.set(record.definition, record);
    return record;
  }

  #addImage(batch: Batch, image: Image): number {
    const known = this.#images.get(image.hash);
    if (known !== undefined) return known;
    const id = ++this.#lastImage;
    batch.add(insertImage, id, image.hash, image.language, image.bytes);
    this.#images.set(image.hash, id);
    return id;
  }
}

function placeOf(project: string, path: string): string {
  return `${project}\0${path}`;
}

export interface RunSettings {
  vars: Record<string, string>;
  secrets: string[];
}

const bodiesKept = 1000;

/** Variables and secret names as runs began with them, stored once per distinct content. */
export class Settings {
  readonly #reader: Reader;
  readonly #ids = new Map<string, number>();
  readonly #bodies = new Map<number, RunSettings>();
  /** Of the bodies that were used last, so that most runs need no digest. */
  readonly #idsByBody = new Map<string, number>();
  #last: number;

  constructor(reader: Reader) {
    this.#reader = reader;
    for (const row of reader.all("SELECT id, hash FROM settings"))
      this.#ids.set(String(row["hash"]), Number(row["id"]));
    this.#last = Math.max(0, ...this.#ids.values());
  }

  id(batch: Batch, settings: RunSettings, salt: string): number {
    const body = JSON.stringify(settings);
    const known = this.#idsByBody.get(body);
    if (known !== undefined) return known;
    const digest = hash("sha256", salt + body).slice(0, 32);
    const id = this.#ids.get(digest) ?? this.#add(batch, digest, body, settings);
    if (this.#idsByBody.size >= bodiesKept) this.#idsByBody.clear();
    this.#idsByBody.set(body, id);
    return id;
  }

  #add(batch: Batch, digest: string, body: string, settings: RunSettings): number {
    const id = ++this.#last;
    batch.add(insertSettings, id, digest, body);
    this.#ids.set(digest, id);
    this.#bodies.set(id, settings);
    return id;
  }

  get(id: number): RunSettings {
    let settings = this.#bodies.get(id);
    if (settings === undefined) {
      const row = this.#reader.get("SELECT body FROM settings WHERE id = ?", id);
      settings = JSON.parse(this.#reader.sealer.openText(row?.["body"], `settings/${id}`) ?? "null") as RunSettings;
      this.#bodies.set(id, settings);
    }
    return settings;
  }
}

/** What somebody set for the feature flags. */
export class Flags {
  readonly settings: FlagSettings;

  constructor(reader: Reader) {
    this.settings = new FlagSettings(
      reader.all("SELECT name, project, enabled FROM flags").map((row) => ({
        name: String(row["name"]),
        ...(row["project"] === "" ? {} : { project: String(row["project"]) }),
        enabled: row["enabled"] === 1,
      })),
    );
  }

  set(batch: Batch, name: string, project: string | undefined, enabled: boolean | undefined): void {
    this.settings.set(name, project, enabled);
    if (enabled === undefined) batch.add(clearFlag, name, project ?? "");
    else batch.add(setFlag, name, project ?? "", enabled ? 1 : 0);
  }
}

/** Triggers that are paused for one object because they started too many runs. */
export class TriggerPauses {
  readonly #names: Names;
  readonly #pauses = new Map<string, string>();

  constructor(reader: Reader, names: Names) {
    this.#names = names;
    for (const row of reader.all("SELECT definition, trigger, object, reason FROM trigger_pauses")) {
      const key = pauseKey(Number(row["definition"]), names.name(Number(row["trigger"])), String(row["object"]));
      this.#pauses.set(key, String(row["reason"]));
    }
  }

  /** Why the trigger is paused for the object, or undefined. */
  reason(definition: number, trigger: string, object: string): string | undefined {
    return this.#pauses.size === 0 ? undefined : this.#pauses.get(pauseKey(definition, trigger, object));
  }

  isPaused(definition: number, trigger: string): boolean {
    const prefix = pauseKey(definition, trigger, "");
    return [...this.#pauses.keys()].some((key) => key.startsWith(prefix));
  }

  pause(batch: Batch, at: { definition: number; trigger: string; object: string }, reason: string, now: number): void {
    this.#pauses.set(pauseKey(at.definition, at.trigger, at.object), reason);
    batch.add(insertPause, at.definition, this.#names.id(at.trigger, batch), at.object, reason, now);
  }

  resume(batch: Batch, definition: number, trigger: string): void {
    const prefix = pauseKey(definition, trigger, "");
    for (const key of Array.from(this.#pauses.keys())) if (key.startsWith(prefix)) this.#pauses.delete(key);
    batch.add(deletePauses, definition, this.#names.id(trigger, batch));
  }
}

function pauseKey(definition: number, trigger: string, object: string): string {
  return `${definition}\0${trigger}\0${object}`;
}
