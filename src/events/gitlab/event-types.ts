/** GitLab's event types with what their data holds, for the linter, editors and stubs. */
import { gitlabTypePrefix, type EventKind } from "./event-kind.ts";
import { eventNames } from "./event-names.ts";
import { objectKinds } from "./object-kinds.ts";
import { payloadShape, type PayloadShape } from "./payload-shape.ts";

export interface GitlabEventType {
  type: string;
  /** What makes GitLab send it. */
  doc: string;
  /** What its data holds; it may hold more. */
  data?: PayloadShape;
}

/** Each type once, in the order of the kinds. Kinds that GitLab adds later have types beyond these. */
export function gitlabEventTypes(): GitlabEventType[] {
  const types = new Map<string, GitlabEventType>();
  const add = (kind: EventKind, verb: string, word: string) => {
    const type = `${gitlabTypePrefix}${kind.object}_${verb}`;
    if (types.has(type)) return;
    const data = payloadShape(kind.object);
    const doc = `${kind.hook}: \`${kind.field}\` is ${word}.`;
    types.set(type, data === undefined ? { type, doc } : { type, doc, data });
  };
  for (const kind of objectKinds.values()) for (const [word, verb] of kind.pastTense) add(kind, verb, word);
  for (const [word, kind] of eventNames) add(kind, kind.otherwise, word);
  return [...types.values()];
}
