/** What the read side of every aggregate needs: prepared statements over committed data, and the key ring. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { StatementCache } from "./database.ts";
import type { Sealer } from "./seal.ts";
import type { SqlValue } from "./statement.ts";

export type Row = Record<string, SqlValue>;

export class Reader {
  readonly sealer: Sealer;
  readonly #db: DatabaseSync;
  readonly #statements: StatementCache;

  constructor(db: DatabaseSync, sealer: Sealer) {
    this.#db = db;
    this.#statements = new StatementCache(db);
    this.sealer = sealer;
  }

  get(sql: string, ...parameters: SqlValue[]): Row | undefined {
    return this.#statement(sql).get(...parameters) as Row | undefined;
  }

  all(sql: string, ...parameters: SqlValue[]): Row[] {
    return this.#statement(sql).all(...parameters) as Row[];
  }

  /** The first column of the first row as a number; 0 when there is none or it is null. */
  number(sql: string, ...parameters: SqlValue[]): number {
    const row = this.get(sql, ...parameters);
    return row === undefined ? 0 : Number(Object.values(row)[0] ?? 0);
  }

  /** Reads of one transaction: many small ones cost less together. `work` is synchronous. */
  together<T>(work: () => T): T {
    if (this.#db.isTransaction) return work();
    this.#db.exec("BEGIN");
    try {
      return work();
    } finally {
      this.#db.exec("COMMIT");
    }
  }

  #statement(sql: string): StatementSync {
    return this.#statements.get(sql);
  }
}

/** What rows must be like, put together condition by condition. */
export class Conditions {
  readonly #conditions: string[];
  readonly parameters: SqlValue[];

  constructor(condition: string, parameter: SqlValue) {
    this.#conditions = [condition];
    this.parameters = [parameter];
  }

  get sql(): string {
    return this.#conditions.join(" AND ");
  }

  and(condition: string, parameter: SqlValue): void {
    this.#conditions.push(condition);
    this.parameters.push(parameter);
  }

  andIn(column: string, values: readonly number[]): void {
    this.#conditions.push(`${column} IN (${values.map(() => "?").join(", ") || "NULL"})`);
    this.parameters.push(...values);
  }
}
