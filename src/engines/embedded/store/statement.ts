/**
 * Writes are data: a batch is a flat list of statement numbers and parameters, which any writer (this thread, a worker)
 * executes in one transaction. A writer gets the declared statements when it starts; their numbers mean nothing beyond it.
 */
export type SqlValue = null | number | string | Uint8Array;

/** Whose key seals a column, and whether it is compressed first. */
export interface Sealing {
  /** Positions of the parameters to seal. */
  columns: number[];
  /** The parameter that names whose key it is, with a prefix: "run" and the run's number, … */
  scope: string;
  scopeColumn: number;
  compress?: boolean;
}

export interface Statement {
  readonly number: number;
  readonly sql: string;
  readonly parameters: number;
  readonly sealing: Sealing | undefined;
}

const registry: Statement[] = [];

/** Declares a write. Called at module level by each aggregate's file. */
export function statement(sql: string, sealing?: Sealing): Statement {
  const declared = { number: registry.length, sql, parameters: sql.split("?").length - 1, sealing };
  registry.push(declared);
  return declared;
}

/** Every declared write, by number. */
export function declaredStatements(): readonly Statement[] {
  return registry;
}

/** Writes that are committed together or not at all, in order. */
export class Batch {
  readonly items: SqlValue[] = [];
  /** How many statements it holds. */
  operations = 0;

  add(statement: Statement, ...parameters: SqlValue[]): void {
    this.items.push(statement.number, ...parameters);
    this.operations++;
  }
}
