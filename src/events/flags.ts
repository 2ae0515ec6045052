/** Feature flags as data: which events may start something, per project and for the instance. On unless somebody says no. */
import type { FlagView } from "../core/engine.ts";
import { AutoFlowError } from "../core/errors.ts";
import { gitlabTypePrefix } from "./gitlab/event-kind.ts";

interface Flag {
  name: string;
  /** The beginnings of the event types it covers. */
  covers: readonly string[];
  description: string;
}

/** The flags, named as in GitLab, in the order in which they are asked. */
export const flags: readonly Flag[] = [
  {
    name: "autoflow_enabled",
    covers: [""],
    description: "All events.",
  },
  {
    name: "autoflow_issue_events_enabled",
    covers: [`${gitlabTypePrefix}issue_`, `${gitlabTypePrefix}work_item_`],
    description: "Events of issues and other work items.",
  },
  {
    name: "autoflow_merge_request_events_enabled",
    covers: [`${gitlabTypePrefix}merge_request_`],
    description: "Events of merge requests.",
  },
];

/** What somebody has set; whatever is not here is on. */
export class FlagSettings {
  readonly #instance = new Map<string, boolean>();
  readonly #projects = new Map<string, Map<string, boolean>>();

  constructor(views: Iterable<FlagView> = []) {
    for (const { name, project, enabled } of views) this.set(name, project, enabled);
  }

  /**
   * `project` undefined: for the instance, which every project inherits. `enabled` undefined: back to what is inherited.
   * Throws NOT_FOUND for a name that is no flag.
   */
  set(name: string, project: string | undefined, enabled: boolean | undefined): void {
    requireFlag(name);
    const settings =
      project === undefined ? this.#instance : (this.#projects.get(project) ?? new Map<string, boolean>());
    if (enabled === undefined) settings.delete(name);
    else settings.set(name, enabled);
    if (project === undefined) return;
    if (settings.size === 0) this.#projects.delete(project);
    else this.#projects.set(project, settings);
  }

  isEnabled(name: string, project: string): boolean {
    return this.#projects.get(project)?.get(name) ?? this.#instance.get(name) ?? true;
  }

  /** Every flag as it is for the instance, and then what projects have set themselves. */
  views(): FlagView[] {
    const list: FlagView[] = flags.map(({ name }) => ({ name, enabled: this.#instance.get(name) ?? true }));
    for (const [project, settings] of this.#projects) {
      for (const [name, enabled] of settings) list.push({ name, project, enabled });
    }
    return list;
  }
}

/** The flag that holds back an event of this type in this project, or undefined when it may start something. */
export function heldBy(settings: FlagSettings, project: string, type: string): string | undefined {
  return flags.find(
    (flag) => !settings.isEnabled(flag.name, project) && flag.covers.some((prefix) => type.startsWith(prefix)),
  )?.name;
}

function requireFlag(name: string): void {
  if (flags.some((flag) => flag.name === name)) return;
  throw new AutoFlowError("NOT_FOUND", `there is no feature flag ${JSON.stringify(name)}`, {
    hint: `The flags are ${flags.map((flag) => flag.name).join(", ")}.`,
  });
}
