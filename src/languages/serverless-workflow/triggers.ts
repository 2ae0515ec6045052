/** What starts runs of a workflow by itself: events and the clock. */
import type { Filter } from "../../core/filter.ts";
import type { Correlation, TriggerDescription } from "../../core/program.ts";
import { attributeName } from "./attribute-name.ts";
import type { EventDefinition, Workflow } from "./model.ts";

/** The trigger that the clock pulls. */
const scheduleTrigger = "schedule";

const eventPrefix = "event:";

/** One for each event that the first state waits for, and one for the clock. */
export function triggersOf(workflow: Workflow): TriggerDescription[] {
  const { start, states, events } = workflow;
  const triggers: TriggerDescription[] = [];
  const first = states.find(({ name }) => name === start.stateName);
  if (first?.type === "event") {
    const names = new Set(first.onEvents.flatMap(({ eventRefs }) => eventRefs));
    for (const name of names) {
      const definition = events.find((event) => event.name === name);
      if (definition === undefined) continue;
      const trigger = { name: eventPrefix + name, filter: eventFilter(definition), where: definition.at };
      const unlessReceived = correlationOf(workflow, definition);
      triggers.push(unlessReceived === undefined ? trigger : { ...trigger, unlessReceived });
    }
  }
  if (start.schedule !== undefined) {
    triggers.push({
      name: scheduleTrigger,
      filter: { types: [], fields: [] },
      schedule: start.schedule,
      where: start.at,
    });
  }
  return triggers;
}

/** A value that is fixed is the same for all runs, so it tells none apart. */
function correlationOf({ keepActive }: Workflow, { correlation }: EventDefinition): Correlation | undefined {
  const own = correlation.filter(({ contextAttributeValue }) => contextAttributeValue === undefined);
  if (own.length === 0) return undefined;
  const by = own.map(({ contextAttributeName }) => attributeName(contextAttributeName));
  return keepActive ? { by, repeatedly: true } : { by };
}

/** The events that a definition is about: by type, source, and the correlation attributes whose values are fixed. */
function eventFilter({ type, source, correlation }: EventDefinition): Filter {
  const attributes = source === undefined ? [] : [{ name: "source", anyOf: [source] }];
  for (const { contextAttributeName, contextAttributeValue } of correlation) {
    if (contextAttributeValue !== undefined) {
      attributes.push({ name: attributeName(contextAttributeName), anyOf: [contextAttributeValue] });
    }
  }
  return { types: [type], fields: [], ...(attributes.length > 0 && { attributes }) };
}
