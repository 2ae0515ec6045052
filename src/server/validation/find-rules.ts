/** The rules that bind a project: its own, and those of the groups that it is in. */
import type { Engine } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { matchesFilter } from "../../core/filter.ts";
import type { LoadedImage } from "../../core/program.ts";
import type { BoundProject } from "./bound-project.ts";

export interface Rule {
  /** Whose definition it is of. */
  project: string;
  definition: string;
  /** The trigger. */
  name: string;
  /** Full path of the group whose rule it is. */
  group?: string;
  image: LoadedImage;
}

export interface Change {
  type: string;
  data: unknown;
}

/** Where rules may be. */
interface Place {
  project: string;
  group?: string;
}

/**
 * Rules for a change, those of the outermost group first and the project's own last. Throws VALIDATION_RULES_MISSING when a group's
 * project has no definition in use, or a definition has never compiled: what it would say is not known.
 */
export async function findRules(
  engine: Pick<Engine, "listDefinitions" | "loadDefinition">,
  { project, change, policies }: { project: BoundProject; change: Change; policies: ReadonlyMap<string, string> },
): Promise<Rule[]> {
  const rules: Rule[] = [];
  for (const place of placesOf(project, policies)) {
    const definitions = await engine.listDefinitions(place.project);
    if (place.group !== undefined && definitions.length === 0) {
      throw missing(
        `the group ${place.group} has its rules in project ${place.project}, of which no definition is known`,
      );
    }
    for (const { path } of definitions) {
      const image = await engine.loadDefinition(place.project, path);
      if (image === undefined) throw missing(`${path} of project ${place.project} has never compiled`);
      for (const { name, validates } of image.describe().triggers) {
        if (validates === undefined || !matchesFilter(validates, { type: change.type }, change.data)) continue;
        rules.push({ ...place, definition: path, name, image });
      }
    }
  }
  return rules;
}

function placesOf({ names, path }: BoundProject, policies: ReadonlyMap<string, string>): Place[] {
  const inside = path === undefined ? [] : [...policies].filter(([group]) => isBelow(path, group));
  const outermostFirst = inside.toSorted(([a], [b]) => a.length - b.length);
  return [...outermostFirst.map(([group, project]) => ({ project, group })), ...names.map((project) => ({ project }))];
}

/** GitLab's paths are the same in upper and lower case. */
function isBelow(path: string, group: string): boolean {
  return path.toLowerCase().startsWith(`${group.toLowerCase()}/`);
}

function missing(what: string): AutoFlowError {
  return new AutoFlowError("VALIDATION_RULES_MISSING", what);
}
