/** The types that webhooks become, as a table for documentation, completion and hints. */
import { gitlabTypePrefix } from "./event-kind.ts";
import { eventNames } from "./event-names.ts";
import { objectKinds } from "./object-kinds.ts";

export interface TypeRow {
  type: string;
  /** X-Gitlab-Event; several, with commas between them. */
  hook: string;
  /** The field of the body that decides. */
  field: string;
  /** What the field says: GitLab's word. */
  word: string;
}

/** A row per type and word, in the order of the kinds. Kinds that GitLab adds later get types beyond these. */
export function gitlabTypeTable(): TypeRow[] {
  const rows: TypeRow[] = [];
  for (const { object, hook, field, pastTense } of objectKinds.values()) {
    for (const [word, verb] of pastTense)
      rows.push({ type: `${gitlabTypePrefix}${object}_${verb}`, hook, field, word });
  }
  for (const [word, { object, hook, field, otherwise }] of eventNames) {
    rows.push({ type: `${gitlabTypePrefix}${object}_${otherwise}`, hook, field, word });
  }
  return rows;
}
