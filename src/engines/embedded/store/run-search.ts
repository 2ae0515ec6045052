/** Reads about the runs of workflows: what a condition finds, and counts. Everything here is of committed data. */
import type { Reader, Row } from "./reader.ts";
import type { SqlValue } from "./statement.ts";

/** A condition on rows of `runs`. */
export interface SqlCondition {
  sql: string;
  parameters: SqlValue[];
}

/** The columns that lists of runs are ordered by in the database. */
export type OrderColumn = "created_at" | "updated_at" | "ended_at" | "uuid";

/** What conditions look at in a run; `starter` is sealed. */
export interface Candidate {
  id: number;
  uuid: Uint8Array;
  project: number;
  version: number;
  status: number;
  createdAt: number;
  updatedAt: number;
  endedAt: number | undefined;
  parent: number | undefined;
  starter: string | undefined;
}

/** Runs of one version in one state, in a project or in all. */
export interface StateCount {
  version: number;
  status: number;
  runs: number;
  /** Of those that have ended, added up. */
  durationMs: number;
  /** Begun since the time that was asked about. */
  recent: number;
  /** The one begun last. */
  last: { id: number; createdAt: number };
}

export class RunSearch {
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  count({ sql, parameters }: SqlCondition): number {
    return this.#reader.number(`SELECT count(*) FROM runs WHERE workflow IS NOT NULL AND ${sql}`, ...parameters);
  }

  /** Ids in an order that is the same for equal values: of those, the run begun last comes first when descending. */
  ids(
    condition: SqlCondition,
    order: { column: OrderColumn; descending: boolean },
    offset: number,
    limit: number,
  ): number[] {
    const way = order.descending ? "DESC" : "ASC";
    return this.#reader
      .all(
        `SELECT id FROM runs WHERE workflow IS NOT NULL AND ${condition.sql}
           ORDER BY ${order.column} ${way}, id ${way} LIMIT ? OFFSET ?`,
        ...condition.parameters,
        limit,
        offset,
      )
      .map((row) => Number(row["id"]));
  }

  /** Runs that a condition finds, after one, by their ids. */
  candidates({ sql, parameters }: SqlCondition, after: number, limit: number): Candidate[] {
    return this.#reader
      .all(
        `SELECT id, uuid, project, version, status, created_at, updated_at, ended_at, parent, starter FROM runs
           WHERE workflow IS NOT NULL AND ${sql} AND id > ? ORDER BY id LIMIT ?`,
        ...parameters,
        after,
        limit,
      )
      .map((row) => this.#candidate(row));
  }

  /** Of the runs of workflows, by version and state. */
  counts(project: number | undefined, since: number): StateCount[] {
    return this.#reader
      .all(
        `SELECT version, status, count(*) AS runs, coalesce(sum(ended_at - created_at), 0) AS duration,
             sum(created_at >= ?) AS recent, id, max(created_at) AS last
           FROM runs WHERE workflow IS NOT NULL ${project === undefined ? "" : "AND project = ?"}
           GROUP BY workflow, version, status`,
        since,
        ...(project === undefined ? [] : [project]),
      )
      .map((row) => ({
        version: Number(row["version"]),
        status: Number(row["status"]),
        runs: Number(row["runs"]),
        durationMs: Number(row["duration"]),
        recent: Number(row["recent"]),
        last: { id: Number(row["id"]), createdAt: Number(row["last"]) },
      }));
  }

  #candidate(row: Row): Candidate {
    const id = Number(row["id"]);
    const optional = (name: string): number | undefined => (row[name] === null ? undefined : Number(row[name]));
    return {
      id,
      uuid: row["uuid"] as Uint8Array,
      project: Number(row["project"]),
      version: Number(row["version"]),
      status: Number(row["status"]),
      createdAt: Number(row["created_at"]),
      updatedAt: Number(row["updated_at"]),
      endedAt: optional("ended_at"),
      parent: optional("parent"),
      starter: this.#reader.sealer.openText(row["starter"], `run/${id}`) ?? undefined,
    };
  }
}
