/** What a hook's owner set about what is sent to it: which branches, and a template instead of the body. */
import type { Hook } from "../model/hook.ts";
import { matchesWildcard } from "../model/repository.ts";

/** Whether a hook wants pushes to a branch. A filter that is no regular expression lets nothing through. */
export function wantsBranch(
  { pushEventsBranchFilter: filter, branchFilterStrategy: strategy }: Hook,
  branch: string,
): boolean {
  if (strategy === "all_branches" || filter === null || filter === "") return true;
  if (strategy === "wildcard") return filter.split(",").some((pattern) => matchesWildcard(branch, pattern.trim()));
  try {
    return new RegExp(filter).test(branch);
  } catch {
    return false;
  }
}

/** The template with `{{a.b}}` replaced by what the body has there; what is no text is JSON. Lists cannot be entered. */
export function fillTemplate(template: string, body: Record<string, unknown>): string {
  return template.replaceAll(/\{\{\s*([\w.]+)\s*\}\}/g, (_, path: string) => {
    let value: unknown = body;
    for (const name of path.split(".")) {
      if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return "";
      value = (value as Record<string, unknown>)[name];
    }
    if (typeof value === "string") return JSON.stringify(value).slice(1, -1);
    return value === undefined ? "" : JSON.stringify(value);
  });
}
