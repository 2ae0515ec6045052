/** Events as a log is told of them: with what they may start, as far as this process knows. */
import type { EventDecision } from "../../../core/engine.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import type { NewEvent } from "../../../core/event.ts";
import { objectOf } from "../../../events/loop-guard.ts";
import { type IndexedTrigger, matchTriggers } from "../../../events/trigger-index.ts";
import type { AppendItem, Candidate, LoggedItem } from "../protocol/log.ts";
import type { DefinitionRecord } from "../protocol/registry.ts";
import type { TemporalContext } from "./context.ts";
import { dataOfItem } from "../protocol/logged-item.ts";

export type ItemContext = Pick<TemporalContext, "registry">;

/**
 * Bytes of an event with its attributes, as JSON: Temporal takes 2 MiB for the arguments of a workflow, and a run has its event among
 * them, beside its state.
 */
const mostEventBytes = 1024 * 1024;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Throws EVENT_TOO_LARGE. */
export function loggedItem({ attributes, body, overlay, cause }: NewEvent): LoggedItem {
  const item: LoggedItem = {
    attributes,
    ...textOf(body),
    overlay,
    ...(cause !== undefined && { cause }),
  };
  const bytes = Buffer.byteLength(JSON.stringify(item));
  if (bytes <= mostEventBytes) return item;
  const message = `the event ${JSON.stringify(attributes.id)} of type ${attributes.type} takes ${bytes} bytes as JSON; at most ${mostEventBytes} fit`;
  throw new AutoFlowError("EVENT_TOO_LARGE", message, { data: { size: bytes, limit: mostEventBytes } });
}

/** What a log has to know of an event to decide on it. */
export function appendItem({ registry }: ItemContext, { project, heldBy }: NewEvent, item: LoggedItem): AppendItem {
  const { attributes } = item;
  const { id, source, type } = attributes;
  const asked = { attributes, data: () => dataOfItem(item) };
  const { matches, nearMisses } = matchTriggers(registry.triggers, project, asked);
  const object = objectOf(item);
  const flag = heldBy ?? registry.heldByFlag(project, type);
  const named = attributes.extensions?.["kogitoprocrefid"];
  return {
    ...item,
    key: registry.digest("event", project, source, id),
    ...(flag !== undefined && { heldBy: flag }),
    ...(typeof named === "string" && named !== "" && { named: named.toLowerCase() }),
    candidates: matches.flatMap((match) => candidate(registry, project, item, object, match) ?? []),
    nearMisses: nearMisses.map(({ trigger: { path, trigger }, reason }): EventDecision => ({
      definition: path,
      trigger: trigger.name,
      outcome: "filter",
      reason,
    })),
    whyNone: registry.triggers.whyNone(project, type),
  };
}

/** The run's id follows from the event and the trigger, whoever asks, so that it is started once. */
function candidate(
  registry: TemporalContext["registry"],
  project: string,
  { attributes: { id, source } }: LoggedItem,
  object: string | undefined,
  { owner, path, trigger }: IndexedTrigger<DefinitionRecord>,
): Candidate | undefined {
  if (owner.imageHash === undefined) return undefined;
  const { commit, author, imageHash, language } = owner;
  const workflow = registry.descriptionOf(owner)?.workflow;
  return {
    runId: registry.uuidOf("run", project, source, id, owner.project, path, trigger.name),
    definition: path,
    project: owner.project,
    definitionKey: registry.digest("definition", owner.project, path),
    trigger: trigger.name,
    ...(trigger.unlessReceived !== undefined && { unlessReceived: trigger.unlessReceived }),
    ...(object !== undefined && { object }),
    start: {
      imageHash,
      language,
      ...(commit !== undefined && { commit }),
      ...(author !== undefined && { author }),
      ...(workflow !== undefined && {
        workflow: { name: workflow.name, version: workflow.version, environment: workflow.environment },
      }),
    },
  };
}

function textOf(body: Uint8Array): Pick<LoggedItem, "body" | "base64"> {
  try {
    return { body: decoder.decode(body) };
  } catch {
    return { body: Buffer.from(body).toString("base64"), base64: true };
  }
}
