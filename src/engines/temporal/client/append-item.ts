/** Events as a log is told of them: with what they may start, as far as this process knows. */
import type { EventDecision } from "../../../core/engine.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import type { NewEvent } from "../../../core/event.ts";
import type { Concurrency } from "../../../core/program.ts";
import { objectOf } from "../../../events/loop-guard.ts";
import { type IndexedTrigger, matchTriggers } from "../../../events/trigger-index.ts";
import { keyText } from "../../run/keys.ts";
import type { AppendItem, Candidate, CandidateStart, KeyOfRun, LoggedItem } from "../protocol/log.ts";
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
  let parsed: { data: unknown } | undefined;
  const data = (): unknown => (parsed ??= { data: dataOfItem(item) }).data;
  const asked = { attributes, data };
  const { matches, nearMisses } = matchTriggers(registry.triggers, project, asked);
  const object = objectOf(item);
  const flag = heldBy ?? registry.heldByFlag(project, type);
  const named = attributes.extensions?.["kogitoprocrefid"];
  return {
    ...item,
    key: registry.digest("event", project, source, id),
    ...(flag !== undefined && { heldBy: flag }),
    ...(typeof named === "string" && named !== "" && { named: named.toLowerCase() }),
    candidates: matches.flatMap((match) => candidate(registry, project, { item, data, object }, match) ?? []),
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
  { item, data, object }: { item: LoggedItem; data: () => unknown; object: string | undefined },
  { owner, path, trigger }: IndexedTrigger<DefinitionRecord>,
): Candidate | undefined {
  const start = candidateStart(registry, owner);
  if (start === undefined) return undefined;
  const { id, source } = item.attributes;
  const { unlessReceived, concurrency } = trigger;
  return {
    runId: registry.uuidOf("run", project, source, id, owner.project, path, trigger.name),
    definition: path,
    project: owner.project,
    definitionKey: registry.digest("definition", owner.project, path),
    trigger: trigger.name,
    ...(unlessReceived !== undefined && { unlessReceived }),
    ...(unlessReceived === undefined &&
      concurrency !== undefined && { keyed: keyOfRun(registry, owner, trigger.name, concurrency, data) }),
    ...(object !== undefined && { object }),
    start,
  };
}

/** Of a run for an event with this data. A log has keys of its own, so that projects do not share them. */
export function keyOfRun(
  registry: Pick<TemporalContext["registry"], "digest">,
  { project, path }: Pick<DefinitionRecord, "project" | "path">,
  trigger: string,
  concurrency: Concurrency,
  data: () => unknown,
): KeyOfRun {
  return { key: registry.digest("key", project, path, trigger, keyText(concurrency, data)), mode: concurrency.mode };
}

/** Undefined for a definition of which no version has compiled. */
export function candidateStart(
  registry: TemporalContext["registry"],
  record: DefinitionRecord,
): CandidateStart | undefined {
  const { commit, author, imageHash, language } = record;
  if (imageHash === undefined) return undefined;
  const workflow = registry.descriptionOf(record)?.workflow;
  return {
    imageHash,
    language,
    ...(commit !== undefined && { commit }),
    ...(author !== undefined && { author }),
    ...(workflow !== undefined && {
      workflow: { name: workflow.name, version: workflow.version, environment: workflow.environment },
    }),
  };
}

function textOf(body: Uint8Array): Pick<LoggedItem, "body" | "base64"> {
  try {
    return { body: decoder.decode(body) };
  } catch {
    return { body: Buffer.from(body).toString("base64"), base64: true };
  }
}
