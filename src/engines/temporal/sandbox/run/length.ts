/**
 * How long the history of this execution is, roughly. What Temporal tells of that differs when a history is computed again, since
 * workflow tasks that have brought nothing are left out then; whatever is decided on it would come out differently. So what the run
 * causes is counted.
 */
export class Length {
  /** Those of the start. */
  events = 3;
  bytes = 0;

  add(events: number, bytes = 0): void {
    this.events += events;
    this.bytes += bytes;
  }
}

/** Events that something takes, with its part of the workflow tasks that it causes. */
export const eventsOf = { message: 4, update: 6, call: 6, timer: 5, local: 1, remote: 6, told: 2 } as const;
