/**
 * Starts runs when their schedules are due. The run and the next due time are in one commit, and the run's start key is made of
 * the time at which it was due, so no end of the process starts one twice. What was due while the process was down starts once.
 */
import type { TriggerDescription } from "../../core/program.ts";
import type { Schedule } from "../../core/schedule.ts";
import { heldBy } from "../../events/flags.ts";
import { nextTime, scheduleProblem } from "../../events/schedule-times.ts";
import type { Core } from "./core.ts";
import type { DefinitionRecord } from "./store/definitions.ts";
import type { ScheduleRecord } from "./store/schedules.ts";
import { scheduledEvent, scheduleType } from "../run/scheduled-event.ts";
import { startKeyOf } from "./workflows.ts";

const longestArmMs = 3_600_000;
/** Starts that are later than this are told. */
const lateMs = 60_000;

export class Scheduler {
  readonly #core: Core;
  #armed: { cancel(): void; at: number } | undefined;
  #closed = false;

  constructor(core: Core) {
    this.#core = core;
  }

  /** A definition has another active version, or was removed. A schedule that is the same as before goes on as it was. */
  refresh(definition: DefinitionRecord, triggers: readonly TriggerDescription[]): void {
    const { data, committer, now } = this.#core;
    const kept = new Set<string>();
    for (const { name: trigger, schedule } of triggers) {
      if (schedule === undefined) continue;
      kept.add(trigger);
      const spec = JSON.stringify(schedule);
      if (data.schedules.find(definition.id, trigger)?.spec === spec) continue;
      const problem = scheduleProblem(schedule);
      if (problem !== undefined) {
        this.#core.options.log.warn("a schedule cannot be read", { definition: definition.path, trigger, problem });
        continue;
      }
      const due = nextTime(schedule, now, now);
      data.schedules.put(committer.batch, { definition: definition.id, trigger, spec, began: now, due });
    }
    for (const record of data.schedules.of(definition.id))
      if (!kept.has(record.trigger)) data.schedules.remove(committer.batch, record);
    this.#arm();
  }

  /** When a trigger is due next. */
  nextAt(definition: number, trigger: string): number | undefined {
    return this.#core.data.schedules.find(definition, trigger)?.due;
  }

  /** Starts what is due. Call it once at the start. */
  run(): void {
    if (this.#closed) return;
    const { now, data } = this.#core;
    for (const record of data.schedules.all())
      if (record.due !== undefined && record.due <= now) this.#fire(record, record.due);
    this.#arm();
  }

  close(): void {
    this.#closed = true;
    this.#armed?.cancel();
  }

  #fire(record: ScheduleRecord, due: number): void {
    const { data, committer, starts, keyed, options, now } = this.#core;
    const { project, path, version, id } = data.definitions.definition(record.definition);
    const schedule = JSON.parse(record.spec) as Schedule;
    data.schedules.put(committer.batch, { ...record, due: nextTime(schedule, record.began, now) });
    this.#core.wake();
    const about = { definition: path, trigger: record.trigger, due: new Date(due).toISOString() };
    const flag = heldBy(data.flags.settings, project, scheduleType);
    if (flag !== undefined || version === undefined) {
      options.log.info("a schedule was due and held back", { ...about, flag });
      return;
    }
    const startKey = startKeyOf(this.#core, ["schedule", id, record.trigger, due]);
    if (starts.isStarting(startKey) || data.runs.findByStartKey(startKey) !== undefined) return;
    if (now - due > lateMs) options.log.warn("a schedule was due while the engine was down: it starts once", about);
    const { workflow } = starts.workflows.of(id) ?? {};
    const definition = { definition: id, version, path, name: record.trigger, workflow };
    const concurrency = this.#core
      .image(version)
      .describe()
      .triggers.find(({ name }) => name === record.trigger)?.concurrency;
    const key = concurrency && keyed.keyOf(definition, project, concurrency, () => undefined);
    const runInTheWay = key && keyed.inTheWay(key, concurrency.mode);
    if (runInTheWay !== undefined) {
      options.log.info("a schedule was due and an earlier run of it is still open", { ...about, run: runInTheWay });
      return;
    }
    if (key !== undefined) keyed.makeRoom(key, concurrency!.mode);
    // What is started by name takes an input of its own, and no event.
    const input = workflow === undefined ? scheduledEvent({ path }, record.trigger, due) : undefined;
    starts.createRun({ by: "schedule", definition, hops: 0, project, startKey, key, input });
  }

  #arm(): void {
    if (this.#closed) return;
    const { now, data, options } = this.#core;
    const next = data.schedules.all().reduce((first, { due = Infinity }) => Math.min(first, due), Infinity);
    if (next === Infinity) return;
    const at = Math.max(now, Math.min(next, now + longestArmMs));
    if (this.#armed !== undefined && this.#armed.at <= at && this.#armed.at >= now) return;
    this.#armed?.cancel();
    const handle = options.clock.setTimer(at - now, () => {
      this.#armed = undefined;
      this.run();
    });
    this.#armed = { cancel: () => handle.cancel(), at };
  }
}
