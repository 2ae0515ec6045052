/** The event log and the keys by which a redelivered event is known. */
import { hash } from "node:crypto";
import type { EventAttributes, LoggedEvent } from "../../../core/event.ts";
import type { EventDecision } from "../../../core/engine.ts";
import type { Names } from "./names.ts";
import { Conditions, type Reader, type Row } from "./reader.ts";
import { type Batch, statement } from "./statement.ts";
import { formatUuid, uuidHex } from "./uuid.ts";

const insertEvent = statement(
  `INSERT INTO events (seq, project, type, received_at, head, body, held_by, hops, cause, decisions)
   VALUES (?, ?, ?, ?, ?, ?, ?, ?, unhex(?), ?)`,
  { columns: [4, 5], scope: "project", scopeColumn: 1, compress: true },
);
const insertKey = statement("INSERT INTO event_keys (key, seq) VALUES (unhex(?), ?)");
const deleteOld = statement(
  `DELETE FROM events WHERE seq IN (
     SELECT e.seq FROM events e WHERE e.received_at < ?
       AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.event = e.seq AND r.status < 5) ORDER BY e.seq LIMIT ?)`,
);
const deleteOldKeys = statement(
  "DELETE FROM event_keys WHERE key IN (SELECT key FROM event_keys WHERE seq < ? LIMIT ?)",
);

const insertDay = statement("INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)");

/** What became of an event when it was dispatched, kept with it where its runs do not tell. */
export interface DispatchNote {
  reason?: string;
  decisions: EventDecision[];
  /** Waiting runs that it was delivered to, the first of many. */
  deliveredTo?: number[];
}

export interface StoredEvent extends LoggedEvent {
  note: DispatchNote | undefined;
}

/** What nearly every event says of its content is not repeated in every row: null stands for nothing said. */
interface Head {
  attributes: Omit<EventAttributes, "type" | "datacontenttype"> & { datacontenttype?: string | null };
  overlay?: string;
}

const usualContentType = "application/json";

const originsKept = 10_000;

const columns = "seq, project, type, received_at, head, body, held_by, hops, cause, decisions";

export class EventLog {
  readonly #reader: Reader;
  readonly #names: Names;
  readonly #salt: string;
  readonly #origins = new Map<string, string>();
  #last: number;

  /** `salt` belongs to the database. */
  constructor(reader: Reader, names: Names, salt: string) {
    this.#salt = salt;
    this.#reader = reader;
    this.#names = names;
    this.#last = Math.max(
      reader.number("SELECT max(seq) FROM events"),
      reader.number("SELECT value FROM meta WHERE name = 'last_event'"),
    );
  }

  /** The position of the newest event, committed or about to be. */
  get last(): number {
    return this.#last;
  }

  nextSeq(): number {
    return ++this.#last;
  }

  append(batch: Batch, event: LoggedEvent, key: string, note: DispatchNote | undefined): void {
    const { type, datacontenttype, ...attributes } = event.attributes;
    const head: Head = { attributes };
    if (datacontenttype !== usualContentType) head.attributes.datacontenttype = datacontenttype ?? null;
    if (event.overlay !== "") head.overlay = event.overlay;
    batch.add(
      insertEvent,
      event.seq,
      this.#names.id(event.project, batch),
      this.#names.id(type, batch),
      event.receivedAt,
      JSON.stringify(head),
      event.body.length === 0 ? null : event.body,
      event.heldBy ?? null,
      event.cause?.hops ?? 0,
      event.cause === undefined ? null : uuidHex(event.cause.runId),
      note === undefined ? null : JSON.stringify(note),
    );
    batch.add(insertKey, key, event.seq);
  }

  /**
   * By (id, project, source): 32 hex digits, the first half from the id alone, so that an id can be looked up. Salted by the
   * database, so that the ids cannot be guessed from it.
   */
  key(event: Pick<LoggedEvent, "project" | "attributes">): string {
    const origin = `${event.project}\0${event.attributes.source}`;
    let half = this.#origins.get(origin);
    if (half === undefined) {
      if (this.#origins.size >= originsKept) this.#origins.clear();
      this.#origins.set(origin, (half = this.#digest(origin)));
    }
    return this.#digest(event.attributes.id) + half;
  }

  #digest(text: string): string {
    return hash("sha256", `${this.#salt}\0${text}`).slice(0, 16);
  }

  /** The newest event with this id, of whatever project and source. */
  findById(id: string): StoredEvent | undefined {
    const digest = this.#digest(id);
    const seq = this.#reader.number(
      "SELECT max(seq) FROM event_keys WHERE key BETWEEN unhex(?) AND unhex(?)",
      digest.padEnd(32, "0"),
      digest.padEnd(32, "f"),
    );
    return seq === 0 ? undefined : this.find(seq);
  }

  /** The position of the committed event with this key. */
  seqOfKey(key: string): number | undefined {
    const row = this.#reader.get("SELECT seq FROM event_keys WHERE key = unhex(?)", key);
    return row === undefined ? undefined : Number(row["seq"]);
  }

  find(seq: number): StoredEvent | undefined {
    const row = this.#reader.get(`SELECT ${columns} FROM events WHERE seq = ?`, seq);
    return row === undefined ? undefined : this.#event(row);
  }

  /** Newest first, before a position. */
  list(query: { project?: string; type?: string; before: number; limit: number }): StoredEvent[] {
    const where = new Conditions("seq < ?", query.before);
    if (query.project !== undefined) where.and("project = ?", this.#names.find(query.project) ?? -1);
    if (query.type !== undefined) where.and("type = ?", this.#names.find(query.type) ?? -1);
    const sql = `SELECT ${columns} FROM events WHERE ${where.sql} ORDER BY seq DESC LIMIT ?`;
    return this.#reader.all(sql, ...where.parameters, query.limit).map((row) => this.#event(row));
  }

  /** Events of a project and one type, oldest first, after a position and not older than a time. */
  after(project: string, type: string, seq: number, notBefore: number, limit: number): StoredEvent[] {
    const projectId = this.#names.find(project);
    const typeId = this.#names.find(type);
    if (projectId === undefined || typeId === undefined) return [];
    return this.#reader
      .all(
        `SELECT ${columns} FROM events WHERE project = ? AND type = ? AND seq > ? AND received_at >= ? ORDER BY seq LIMIT ?`,
        projectId,
        typeId,
        seq,
        notBefore,
        limit,
      )
      .map((row) => this.#event(row));
  }

  /** Removes up to `limit` events from before a time that no open run refers to. */
  expire(batch: Batch, before: number, limit: number): void {
    batch.add(deleteOld, before, limit);
  }

  /** How many events `expire` would remove, at most `limit`. */
  countBefore(before: number, limit: number): number {
    return this.#reader.number(
      `SELECT count(*) FROM (SELECT 1 FROM events e WHERE e.received_at < ?
         AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.event = e.seq AND r.status < 5) LIMIT ?)`,
      before,
      limit,
    );
  }

  /** Notes the position at which a day (days since 1970) began, once. */
  noteDay(batch: Batch, day: number): void {
    batch.add(insertDay, `day/${day}`, this.#last + 1);
  }

  /** The position at which a day began; 0 when it was not noted. */
  positionOfDay(day: number): number {
    return this.#reader.number("SELECT value FROM meta WHERE name = ?", `day/${day}`);
  }

  /** Removes up to `limit` keys of events before a position. */
  expireKeys(batch: Batch, before: number, limit: number): void {
    batch.add(deleteOldKeys, before, limit);
  }

  #event(row: Row): StoredEvent {
    const scope = `project/${Number(row["project"])}`;
    const head = JSON.parse(this.#reader.sealer.openText(row["head"], scope) ?? "{}") as Head;
    const { datacontenttype = usualContentType, ...attributes } = head.attributes;
    const event: StoredEvent = {
      seq: Number(row["seq"]),
      project: this.#names.name(Number(row["project"])),
      attributes: { ...attributes, type: this.#names.name(Number(row["type"])) },
      overlay: head.overlay ?? "",
      body: this.#reader.sealer.openBytes(row["body"], scope) ?? new Uint8Array(),
      receivedAt: Number(row["received_at"]),
      note: row["decisions"] === null ? undefined : (JSON.parse(String(row["decisions"])) as DispatchNote),
    };
    if (datacontenttype !== null) event.attributes.datacontenttype = datacontenttype;
    if (row["held_by"] !== null) event.heldBy = String(row["held_by"]);
    if (row["cause"] instanceof Uint8Array)
      event.cause = { runId: formatUuid(row["cause"]), hops: Number(row["hops"]) };
    return event;
  }
}
