/** The rows of tasks: what runs have asked people. */
import { type TaskState, taskStates } from "../../../core/task.ts";
import type { TaskRecord } from "../../../people/task-record.ts";
import type { Names } from "./names.ts";
import { Conditions, type Reader, type Row } from "./reader.ts";
import { type Batch, statement } from "./statement.ts";

const sealed = { scope: "run", scopeColumn: 1, compress: true } as const;

const insertTask = statement("INSERT INTO tasks (n, run, effect, project, state, body) VALUES (?, ?, ?, ?, ?, ?)", {
  ...sealed,
  columns: [5],
});
const updateTask = statement("UPDATE tasks SET body = ?, state = ? WHERE n = ? AND run = ?", {
  ...sealed,
  columns: [0],
  scopeColumn: 3,
});
const deleteTasks = statement("DELETE FROM tasks WHERE run = ?");

/** A task of the store's own numbers. */
export interface StoredTask {
  n: number;
  run: number;
  effect: number;
  project: string;
  task: TaskRecord;
}

export interface TaskRows {
  before: number;
  limit: number;
  project?: string;
  state?: TaskState;
  run?: number;
}

export class Tasks {
  readonly #reader: Reader;
  readonly #names: Names;
  #last: number;

  constructor(reader: Reader, names: Names) {
    this.#reader = reader;
    this.#names = names;
    this.#last = reader.number("SELECT max(n) FROM tasks");
  }

  add(batch: Batch, { project, run, effect, task }: Omit<StoredTask, "n">): number {
    const n = ++this.#last;
    batch.add(insertTask, n, run, effect, this.#names.id(project, batch), stateNumber(task), JSON.stringify(task));
    return n;
  }

  update(batch: Batch, { n, run, task }: StoredTask): void {
    batch.add(updateTask, JSON.stringify(task), stateNumber(task), n, run);
  }

  /** All of a run. */
  remove(batch: Batch, run: number): void {
    batch.add(deleteTasks, run);
  }

  find(run: number, effect: number): StoredTask | undefined {
    const row = this.#reader.get("SELECT * FROM tasks WHERE run = ? AND effect = ?", run, effect);
    return row === undefined ? undefined : this.#task(row);
  }

  /** Newest first, below a number. */
  list({ before, limit, project, state, run }: TaskRows): StoredTask[] {
    const where = new Conditions("n < ?", before);
    if (project !== undefined) where.and("project = ?", this.#names.find(project) ?? -1);
    if (run !== undefined) where.and("run = ?", run);
    // Written out for open ones: so they have an index.
    const ofState = state === undefined ? "" : `AND state = ${taskStates.indexOf(state)}`;
    const sql = `SELECT * FROM tasks WHERE ${where.sql} ${ofState} ORDER BY n DESC LIMIT ?`;
    return this.#reader.all(sql, ...where.parameters, limit).map((row) => this.#task(row));
  }

  countOpen(): number {
    return this.#reader.number("SELECT count(*) FROM tasks WHERE state = 0");
  }

  #task(row: Row): StoredTask {
    const run = Number(row["run"]);
    return {
      n: Number(row["n"]),
      run,
      effect: Number(row["effect"]),
      project: this.#names.name(Number(row["project"])),
      task: JSON.parse(this.#reader.sealer.openText(row["body"], `run/${run}`) ?? "null") as TaskRecord,
    };
  }
}

function stateNumber({ state }: TaskRecord): number {
  return taskStates.indexOf(state);
}
