/** What the read side of every aggregate needs: prepared statements over committed data, and the key ring. */
import type { StatementSync } from "node:sqlite";
import type { StatementCache } from "./database.ts";
import type { Sealer } from "./seal.ts";
import type { SqlValue } from "./statement.ts";

export type Row = Record<string, SqlValue>;

export class Reader {
  readonly sealer: Sealer;
  readonly #statements: StatementCache;

  constructor(statements: StatementCache, sealer: Sealer) {
    this.#statements = statements;
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

  #statement(sql: string): StatementSync {
    return this.#statements.get(sql);
  }
}
