/** A change that a poll found. */
import type { EventView } from "../../core/engine.ts";
import type { JsonObject } from "../body-fields.ts";
import { changeIdOf } from "../gitlab/change-id.ts";
import { identifyKind, typeOf } from "../gitlab/identify.ts";

export interface Change {
  id: string;
  /** As a webhook would have it. */
  body: JsonObject;
  /** Epoch ms at which it happened. */
  at: number;
  type: string;
  subject: string | undefined;
  /** Whether an event of the log tells the same; absent where the id alone decides. */
  isToldBy?: (event: EventView) => boolean;
  /** Adds what costs a request of its own; called for changes that are new. `lastTold`: when its subject was last told of, epoch ms. */
  complete?: (lastTold: number) => Promise<void>;
}

/** Times of one change differ by so much between its webhook and the lists of the API. */
export const toleranceMs = 5000;

/**
 * The change of a body: with the id that its webhook has too where a body tells it, else with the id given, and told apart from
 * webhooks by type, subject and time.
 */
export function changeOf(body: JsonObject, at: number, ownId: string, isToldBy?: Change["isToldBy"]): Change {
  const shared = changeIdOf(body);
  const kind = identifyKind(body, undefined);
  const [type, subject] = [typeOf(kind, body), kind.subject(body)];
  const change = { id: shared ?? `gitlab:${ownId}`, body, at, type, subject };
  if (shared !== undefined) return change;
  return { ...change, isToldBy: isToldBy ?? ((event) => isSame(change, event)) };
}

function isSame({ type, subject, at }: Change, { attributes, receivedAt }: EventView): boolean {
  if (attributes.type !== type || attributes.subject !== subject) return false;
  const time = Date.parse(attributes.time ?? "");
  return Math.abs((Number.isNaN(time) ? receivedAt : time) - at) <= toleranceMs;
}
