/** Functions under test: documents by path, and a context in which everything is configured by hand. */
import type { Value } from "../../../jq/value.ts";
import { readJson } from "../../data/json.ts";
import { Problems } from "../../document/problems.ts";
import { readDocument, workflowLimits } from "../../document/read-document.ts";
import type { DataNode } from "../../document/tree.ts";
import type { FunctionDefinition } from "../../model.ts";
import { candidates } from "../../references/uri.ts";
import type { CallContext } from "../call-context.ts";
import { planFunction, type FunctionPlan } from "../plan.ts";
import type { Resources } from "../resources.ts";

/** The files of a definition. */
function resourcesOf(files: Record<string, string>): Resources {
  const documents = new Map<string, DataNode | undefined>();
  return {
    text: (path) => files[path],
    find: (base, uri) => candidates(base, uri).find((path) => Object.hasOwn(files, path)),
    document: (path) => {
      const text = files[path];
      if (text === undefined) return undefined;
      if (!documents.has(path)) documents.set(path, readDocument(path, text, workflowLimits).roots[0]);
      return documents.get(path);
    },
  };
}

/** A function as the model has it. The document is what the operation names before its "#". */
export function functionOf(operation: string, overrides: Partial<FunctionDefinition> = {}): FunctionDefinition {
  const at = { file: "w.sw.yaml", line: 1, column: 1 };
  const document = operation.includes("#") ? { document: operation.split("#", 1)[0]! } : {};
  return { name: "call", type: "rest", operation, metadata: {}, at, operationAt: at, ...document, ...overrides };
}

/** The plan, and what was told on the way as `file:line message`. */
export function planOf(
  definition: FunctionDefinition,
  files: Record<string, string>,
): { plan: FunctionPlan | undefined; problems: string[] } {
  const problems = new Problems();
  const plan = planFunction(definition, resourcesOf(files), problems);
  return {
    plan,
    problems: problems.diagnostics.map(({ where, message }) => `${where.file}:${where.line} ${message}`),
  };
}

/** A context with these properties. */
export function contextOf(properties: Record<string, string> = {}, overrides: Partial<CallContext> = {}): CallContext {
  return {
    runId: "0199d0a0-0000-7000-8000-000000000001",
    workflow: { id: "order", version: "1.0" },
    property: (key) => (Object.hasOwn(properties, key) ? properties[key] : undefined),
    auth: () => undefined,
    ...overrides,
  };
}

/** The value of JSON text written in a test. */
export function valueOf(json: unknown): Value {
  return readJson(JSON.stringify(json));
}
