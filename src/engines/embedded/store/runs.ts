/** The rows of runs: written when a run starts, parks and ends. */
import type { Outcome, RunTimeout, Starter } from "../../../core/program.ts";
import { hasEnded, type RunState } from "../../../core/run.ts";
import { statusName, statusNumber } from "../run-status.ts";
import type { Names } from "./names.ts";
import { Conditions, type Reader, type Row } from "./reader.ts";
import { type Batch, type SqlValue, statement } from "./statement.ts";
import { formatUuid, uuidHex } from "./uuid.ts";

/** What is fixed when a run is created. Numbers are those of the store. */
export interface RunRecord {
  id: number;
  uuid: string;
  project: string;
  version: number;
  trigger: string;
  event: number | undefined;
  position: number;
  hops: number;
  settings: number;
  input: string | undefined;
  identity: string | undefined;
  /** Of runs with the same one the oldest open one is computed: 32 hex digits. */
  key: string | undefined;
  /** Name of the workflow, of which it is a run. */
  workflow: string | undefined;
  starter: Starter | undefined;
  kin: Kin | undefined;
  createdAt: number;
}

/** An outcome as it is kept: with the data for people, where the outcome does not tell it. */
export type StoredOutcome = Outcome & { data?: string };

/** How a run came of other runs. */
export interface Kin {
  /** The run that spawned it, or a run that it continues. */
  parent: Parent | undefined;
  /** Runs above it. */
  depth: number;
  /** The run that it took over from. */
  continues: number | undefined;
  /** Runs before it in a chain of those. */
  chain: number;
  /** What that one allows it. */
  timeout: RunTimeout | undefined;
}

export interface Parent {
  run: number;
  effect: number;
  /** Its end answers the effect. */
  awaited: boolean;
  /** It is cancelled when its parent ends. */
  endsWithParent: boolean;
}

/** An open run that was spawned by another, as that one knows it. */
export interface Child extends Omit<Parent, "run"> {
  id: number;
}

/** A run's row. `entry`: history below it is contained in `state`. */
export interface StoredRun extends RunRecord {
  status: RunState;
  updatedAt: number;
  endedAt: number | undefined;
  entry: number;
  state: Uint8Array | undefined;
  ledger: string | undefined;
  outcome: string | undefined;
  deaths: number;
}

const sealedByRun = (columns: number[], scopeColumn: number, compress = false) =>
  ({ columns, scope: "run", scopeColumn, compress }) as const;

const insertRun = statement(
  `INSERT INTO runs (id, uuid, project, version, trigger, event, position, hops, settings, input, identity, status,
     created_at, updated_at, entry) VALUES (?, unhex(?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  sealedByRun([9], 0),
);
const insertSpecialRun = statement(
  `INSERT INTO runs (id, uuid, project, version, trigger, event, position, hops, settings, input, identity, status,
     created_at, updated_at, entry, workflow, starter, start_key, parent, parent_effect, awaited, ends_with_parent, depth,
     continues, chain, timeout, key)
   VALUES (?, unhex(?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, unhex(?), ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  sealedByRun([9, 16], 0),
);
const markStatus = statement("UPDATE runs SET status = ?, updated_at = ? WHERE id = ?");
const parkRun = statement(
  "UPDATE runs SET status = ?, updated_at = ?, entry = ?, state = ?, ledger = ? WHERE id = ?",
  sealedByRun([3, 4], 5),
);
const endRun = statement(
  `UPDATE runs SET status = ?, updated_at = ?, ended_at = ?, outcome = ?, ledger = ? WHERE id = ?`,
  sealedByRun([3, 4], 5),
);
const endRepairable = statement(
  `UPDATE runs SET status = ?, updated_at = ?, ended_at = ?, outcome = ?, ledger = ?, entry = ?, state = ? WHERE id = ?`,
  sealedByRun([3, 4, 6], 7),
);
const reopenRun = statement("UPDATE runs SET status = ?, updated_at = ?, ended_at = NULL, outcome = NULL WHERE id = ?");
const countDeath = statement("UPDATE runs SET deaths = deaths + 1 WHERE id = ?");
const forgetDeaths = statement("UPDATE runs SET deaths = 0 WHERE id = ?");
const deleteRun = statement("DELETE FROM runs WHERE id = ?");

const columns = `id, uuid, project, version, trigger, event, position, hops, settings, input, identity, key, workflow, starter,
  parent, parent_effect, awaited, ends_with_parent, depth, continues, chain, timeout, status, created_at, updated_at, ended_at, entry,
  state, ledger, outcome, deaths`;

/** A change of state; `from` is what the store has, or will have after what is gathered. */
export interface Move {
  from: RunState;
  to: RunState;
}

export interface ParkedRun {
  entry: number;
  state: Uint8Array | null;
  ledger: string;
}

export class Runs {
  readonly #reader: Reader;
  readonly #names: Names;
  readonly #counts: Record<RunState, number>;
  #last: number;

  constructor(reader: Reader, names: Names) {
    this.#reader = reader;
    this.#counts = countOpen(reader);
    this.#names = names;
    this.#last = Math.max(
      reader.number("SELECT max(id) FROM runs"),
      reader.number("SELECT value FROM meta WHERE name = 'last_run'"),
    );
  }

  /** The newest id, committed or about to be. */
  get last(): number {
    return this.#last;
  }

  nextId(): number {
    return ++this.#last;
  }

  /** `firstEntry`: the journal's first. `startKey`: 32 hex digits. */
  create(batch: Batch, run: RunRecord, firstEntry: number, startKey: string | undefined): void {
    this.#counts.queued++;
    const common = this.#common(batch, run, firstEntry);
    if (run.workflow === undefined && startKey === undefined && run.key === undefined) {
      batch.add(insertRun, ...common);
      return;
    }
    const { kin, starter } = run;
    const parent = kin?.parent;
    batch.add(
      insertSpecialRun,
      ...common,
      run.workflow === undefined ? null : this.#names.id(run.workflow, batch),
      starter === undefined ? null : JSON.stringify(starter),
      startKey ?? null,
      parent?.run ?? null,
      parent?.effect ?? null,
      parent === undefined ? null : Number(parent.awaited),
      parent === undefined ? null : Number(parent.endsWithParent),
      kin?.depth ?? null,
      kin?.continues ?? null,
      kin?.chain ?? null,
      kin?.timeout === undefined ? null : JSON.stringify(kin.timeout),
      run.key ?? null,
    );
  }

  #common(batch: Batch, run: RunRecord, firstEntry: number): SqlValue[] {
    return [
      run.id,
      uuidHex(run.uuid),
      this.#names.id(run.project, batch),
      run.version,
      this.#names.id(run.trigger, batch),
      run.event ?? null,
      run.position,
      run.hops,
      run.settings,
      run.input ?? null,
      run.identity ?? null,
      statusNumber("queued"),
      run.createdAt,
      run.createdAt,
      firstEntry,
    ];
  }

  mark(batch: Batch, id: number, move: Move, now: number): void {
    batch.add(markStatus, this.#move(move), now, id);
  }

  park(batch: Batch, id: number, move: Move, { entry, state, ledger }: ParkedRun, now: number): void {
    batch.add(parkRun, this.#move(move), now, entry, state, ledger, id);
  }

  end(batch: Batch, id: number, move: Move, end: { outcome: string; ledger: string }, now: number): void {
    batch.add(endRun, this.#move(move), now, now, end.outcome, end.ledger, id);
  }

  /** Ends a run that may be opened again, with the state that it would go on from. */
  endRepairable(batch: Batch, id: number, move: Move, end: { outcome: string } & ParkedRun, now: number): void {
    batch.add(endRepairable, this.#move(move), now, now, end.outcome, end.ledger, end.entry, end.state, id);
  }

  /** A run that has ended is open again. */
  reopen(batch: Batch, id: number, now: number): void {
    this.#counts.running++;
    batch.add(reopenRun, statusNumber("running"), now, id);
  }

  countDeath(batch: Batch, id: number): void {
    batch.add(countDeath, id);
  }

  forgetDeaths(batch: Batch, id: number): void {
    batch.add(forgetDeaths, id);
  }

  /** A suspended run may be computed again. */
  resume(batch: Batch, id: number, now: number): void {
    this.mark(batch, id, { from: "suspended", to: "running" }, now);
    this.forgetDeaths(batch, id);
  }

  remove(batch: Batch, id: number): void {
    batch.add(deleteRun, id);
  }

  find(id: number): StoredRun | undefined {
    return this.#one(this.#reader.get(`SELECT ${columns} FROM runs WHERE id = ?`, id));
  }

  /** By the 32 hex digits of its UUID. */
  findByUuid(hex: string): StoredRun | undefined {
    return this.#one(this.#reader.get(`SELECT ${columns} FROM runs WHERE uuid = unhex(?)`, hex));
  }

  findOpenByIdentity(identity: string): StoredRun | undefined {
    return this.#one(
      this.#reader.get(
        `SELECT ${columns} FROM runs WHERE identity = ? AND identity IS NOT NULL AND status < 5`,
        identity,
      ),
    );
  }

  /** The run that a key has started. */
  findByStartKey(hex: string): StoredRun | undefined {
    return this.#one(this.#reader.get(`SELECT ${columns} FROM runs WHERE start_key = unhex(?)`, hex));
  }

  /** Open runs that a run has spawned, or those that one effect of it has. */
  openChildren(parent: number, effect: number | undefined): Child[] {
    return this.#reader
      .all(
        `SELECT id, parent_effect, awaited, ends_with_parent FROM runs
           WHERE parent = ? AND status < 5 ${effect === undefined ? "" : "AND parent_effect = ?"} ORDER BY id`,
        ...(effect === undefined ? [parent] : [parent, effect]),
      )
      .map((row) => ({
        id: Number(row["id"]),
        effect: Number(row["parent_effect"]),
        awaited: row["awaited"] === 1,
        endsWithParent: row["ends_with_parent"] === 1,
      }));
  }

  /** The run that took over from one. */
  continuationOf(id: number): string | undefined {
    const row = this.#reader.get("SELECT uuid FROM runs WHERE continues = ?", id);
    return row === undefined ? undefined : formatUuid(row["uuid"] as Uint8Array);
  }

  /** Open runs of a key, oldest first. */
  openOfKey(key: string): number[] {
    return this.#reader
      .all("SELECT id FROM runs WHERE key = ? AND key IS NOT NULL AND status < 5 ORDER BY id", key)
      .map((row) => Number(row["id"]));
  }

  /** Runs in one open state with ids after one, ascending. */
  idsInState(status: RunState, after: number, limit: number): number[] {
    return this.#reader
      .all(
        "SELECT id FROM runs WHERE status = ? AND status < 5 AND id > ? ORDER BY id LIMIT ?",
        statusNumber(status),
        after,
        limit,
      )
      .map((row) => Number(row["id"]));
  }

  ofEvent(event: number): { uuid: string; version: number; trigger: string }[] {
    return this.#reader
      .all("SELECT uuid, version, trigger FROM runs WHERE event = ? AND event IS NOT NULL ORDER BY id", event)
      .map((row) => ({
        uuid: formatUuid(row["uuid"] as Uint8Array),
        version: Number(row["version"]),
        trigger: this.#names.name(Number(row["trigger"])),
      }));
  }

  /** The UUIDs of those runs that are there, in the order of their ids. */
  uuids(ids: readonly number[]): string[] {
    return this.#reader
      .all("SELECT uuid FROM runs WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", JSON.stringify(ids))
      .map((row) => formatUuid(row["uuid"] as Uint8Array));
  }

  /** Newest first, before an id. */
  list(query: {
    project?: string;
    states?: RunState[];
    versions?: number[];
    before: number;
    limit: number;
  }): StoredRun[] {
    const where = new Conditions("id < ?", query.before);
    if (query.project !== undefined) where.and("project = ?", this.#names.find(query.project) ?? -1);
    if (query.states !== undefined) where.andIn("status", query.states.map(statusNumber));
    if (query.versions !== undefined) where.andIn("version", query.versions);
    const sql = `SELECT ${columns} FROM runs WHERE ${where.sql} ORDER BY id DESC LIMIT ?`;
    return this.#reader.all(sql, ...where.parameters, query.limit).map((row) => this.#run(row));
  }

  /** Open runs by state. */
  countByState(): Record<RunState, number> {
    return { ...this.#counts };
  }

  /** Ended runs of one state from before a time, oldest first. */
  endedBefore(status: RunState, before: number, limit: number): number[] {
    return this.#reader
      .all(
        "SELECT id FROM runs WHERE ended_at IS NOT NULL AND ended_at < ? AND status = ? ORDER BY ended_at LIMIT ?",
        before,
        statusNumber(status),
        limit,
      )
      .map((row) => Number(row["id"]));
  }

  #move({ from, to }: Move): number {
    this.#counts[from]--;
    if (!hasEnded(to)) this.#counts[to]++;
    return statusNumber(to);
  }

  #one(row: Row | undefined): StoredRun | undefined {
    return row === undefined ? undefined : this.#run(row);
  }

  #run(row: Row): StoredRun {
    const id = Number(row["id"]);
    const scope = `run/${id}`;
    const { sealer } = this.#reader;
    return {
      id,
      uuid: formatUuid(row["uuid"] as Uint8Array),
      project: this.#names.name(Number(row["project"])),
      version: Number(row["version"]),
      trigger: this.#names.name(Number(row["trigger"])),
      event: row["event"] === null ? undefined : Number(row["event"]),
      position: Number(row["position"]),
      hops: Number(row["hops"]),
      settings: Number(row["settings"]),
      input: sealer.openText(row["input"], scope) ?? undefined,
      identity: row["identity"] === null ? undefined : String(row["identity"]),
      key: row["key"] === null ? undefined : String(row["key"]),
      workflow: row["workflow"] === null ? undefined : this.#names.name(Number(row["workflow"])),
      starter: parsedStarter(sealer.openText(row["starter"], scope)),
      kin: kinOf(row),
      createdAt: Number(row["created_at"]),
      status: statusName(Number(row["status"])),
      updatedAt: Number(row["updated_at"]),
      endedAt: row["ended_at"] === null ? undefined : Number(row["ended_at"]),
      entry: Number(row["entry"]),
      state: sealer.openBytes(row["state"], scope) ?? undefined,
      ledger: sealer.openText(row["ledger"], scope) ?? undefined,
      outcome: sealer.openText(row["outcome"], scope) ?? undefined,
      deaths: Number(row["deaths"]),
    };
  }
}

function parsedStarter(text: string | null): Starter | undefined {
  return text === null ? undefined : (JSON.parse(text) as Starter);
}

function kinOf(row: Row): Kin | undefined {
  if (row["depth"] === null) return undefined;
  const parent = {
    run: Number(row["parent"]),
    effect: Number(row["parent_effect"]),
    awaited: row["awaited"] === 1,
    endsWithParent: row["ends_with_parent"] === 1,
  };
  return {
    parent: row["parent"] === null ? undefined : parent,
    depth: Number(row["depth"]),
    continues: row["continues"] === null ? undefined : Number(row["continues"]),
    chain: Number(row["chain"]),
    timeout: row["timeout"] === null ? undefined : (JSON.parse(String(row["timeout"])) as RunTimeout),
  };
}

function countOpen(reader: Reader): Record<RunState, number> {
  const counts = {
    queued: 0,
    running: 0,
    waiting: 0,
    suspended: 0,
    cancelling: 0,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
  };
  for (const row of reader.all("SELECT status, count(*) AS n FROM runs WHERE status < 5 GROUP BY status")) {
    counts[statusName(Number(row["status"]))] = Number(row["n"]);
  }
  return counts;
}
