/** What calls of functions get to know of the run. */
import type { JqObject, Value } from "../../jq/value.ts";
import type { CallContext } from "../functions/call-context.ts";
import type { AuthDefinition, FunctionCall } from "../model.ts";
import type { Run } from "./run.ts";
import type { Fiber } from "./run-state.ts";
import type { Work } from "./work.ts";

interface Auth {
  scheme: AuthDefinition["scheme"];
  properties: JqObject;
}

/** For a call by a fiber. Throws WorkflowError when a property of an auth definition cannot be evaluated. */
export function* callContext(run: Run, fiber: Fiber, call: FunctionCall): Work<CallContext> {
  const { workflow } = run.image;
  const auths = new Map<string, Auth>();
  for (const definition of workflow.auth) auths.set(definition.name, yield* evaluated(run, fiber, definition));
  return {
    runId: run.start.runId,
    workflow: { id: workflow.id, version: workflow.version },
    property: (key) => run.evaluate.properties.find(key),
    missingFor: (key) => run.evaluate.properties.missingFor(key),
    auth: (name) => auths.get(name),
    ...(call.selectionSet === undefined ? {} : { selectionSet: call.selectionSet }),
  };
}

function* evaluated(run: Run, fiber: Fiber, { scheme, properties }: AuthDefinition): Work<Auth> {
  const values: JqObject = new Map<string, Value>();
  if (!Array.isArray(properties)) {
    // One secret that holds them all: they are properties below its name.
    const prefix = `${properties.secret}.`;
    for (const key of run.evaluate.properties.keysWith(prefix)) {
      values.set(key.slice(prefix.length), run.evaluate.properties.find(key) ?? null);
    }
    return { scheme, properties: values };
  }
  const data = run.dataOf(fiber);
  for (const { name, value } of properties) {
    values.set(name, yield* run.evaluate.template(value, data, run.variablesOf(fiber)));
  }
  return { scheme, properties: values };
}
