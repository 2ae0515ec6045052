/** The first entry of a run's history. */

/** What a run was started by. */
export interface StartedRun {
  /** Path of the definition as its author knows it. */
  path: string;
  /** "" for a driver, and for what is started by its name. */
  trigger: string;
  event?: { type: string; id: string } | undefined;
  /** The run that it takes over from. */
  continues?: string | undefined;
  /** The run that spawned it. */
  parent?: string | undefined;
}

export function startText({ path, trigger, event, continues, parent }: StartedRun): string {
  if (event !== undefined) return `started ${trigger} of ${path} for ${event.type} ${event.id}`;
  if (trigger !== "") return `started ${trigger} of ${path}`;
  if (continues !== undefined) return `started ${path}, which takes over from run ${continues}`;
  return `started ${path}${parent === undefined ? "" : ` for run ${parent}`}`;
}
