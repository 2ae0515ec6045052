/** What the published JSON Schema of Serverless Workflow 0.8 says of a workflow. It refuses more than can be run. */
import { readFileSync } from "node:fs";
import type { Ajv, ErrorObject } from "ajv";
import type { Diagnostic, Sources } from "../../core/program.ts";
import { readDocument } from "../../languages/serverless-workflow/document/read-document.ts";
import { jsonOf, nodeAt, placeOf, type DataNode } from "../../languages/serverless-workflow/document/tree.ts";
import type { Json } from "../../languages/serverless-workflow/model.ts";
import { customResource } from "../../languages/serverless-workflow/sonataflow/custom-resource.ts";
import { ajvFor } from "../../schema/drafts.ts";

const most = 50;

const id = "https://serverlessworkflow.io/schemas/0.8/workflow.json";

/** Checks the entries of definitions; schemas are compiled once. */
export class PublishedSchema {
  #ajv: Ajv | undefined;

  /** Errors of the code "published-schema"; none for what is no document, or a workflow in a Kubernetes object, which lacks its header. */
  problems({ entry, files }: Sources): Diagnostic[] {
    const { roots } = readDocument(entry, files.get(entry) ?? "");
    const [root] = roots;
    if (root === undefined || customResource(roots, "") !== undefined) return [];
    const told = new Map<string, Diagnostic>();
    for (const { instancePath, ...error } of this.#errors(root)) {
      const where = placeOf(nearestNode(root, instancePath));
      const message = `the published schema: ${instancePath === "" ? "the workflow" : instancePath} ${described(error)}`;
      told.set(`${where.line}:${where.column} ${message}`, {
        severity: "error",
        code: "published-schema",
        message,
        where,
      });
    }
    return [...told.values()].slice(0, most);
  }

  #errors(root: DataNode): ErrorObject[] {
    const errors = this.#check(id, jsonOf(root));
    const states = nodeAt(root, ["states"]);
    // A state fits one of eight kinds: what is wrong with it is what its own kind says.
    const inStates = (states?.kind === "list" ? states.items : []).flatMap((state, i) => {
      const path = `/states/${i}`;
      const kind = kindOf(state);
      if (kind === undefined) return errors.filter((error) => isUnder(error, path) && error.keyword === "enum");
      return this.#check(`${id}#/definitions/${kind}`, jsonOf(state)).map((error) => ({
        ...error,
        instancePath: path + error.instancePath,
      }));
    });
    const others = errors.filter(({ instancePath }) => !/^\/states\/\d/.test(instancePath));
    return [...plainOnes(others), ...plainOnes(inStates)];
  }

  #check(schema: string, value: Json): ErrorObject[] {
    const check = (this.#ajv ??= published()).getSchema(schema)!;
    return check(value) === true ? [] : (check.errors ?? []);
  }
}

function published(): Ajv {
  const file = new URL("serverless-workflow-0.8.json", import.meta.url);
  const { schemas } = JSON.parse(readFileSync(file, "utf8")) as { schemas: { $id: string }[] };
  const ajv = ajvFor("draft-07", { strict: false, allErrors: true });
  for (const schema of schemas) ajv.addSchema(schema);
  return ajv;
}

/** The name of the definition that a state has to fit. */
function kindOf(state: DataNode): string | undefined {
  const type = nodeAt(state, ["type"]);
  const name = type?.kind === "scalar" ? String(type.value) : "";
  if (name === "switch")
    return nodeAt(state, ["eventConditions"]) === undefined ? "databasedswitchstate" : "eventbasedswitchstate";
  return ["event", "operation", "sleep", "parallel", "inject", "foreach", "callback"].includes(name)
    ? `${name}state`
    : undefined;
}

function isUnder({ instancePath }: ErrorObject, path: string): boolean {
  return instancePath === path || instancePath.startsWith(`${path}/`);
}

/** That one of several alternatives has to fit is only told where nothing else is. */
function plainOnes(errors: readonly ErrorObject[]): ErrorObject[] {
  const plain = errors.filter(({ keyword }) => !["oneOf", "anyOf", "if", "not"].includes(keyword));
  return plain.length > 0 ? plain : [...errors];
}

function described({ message = "does not fit", params, keyword }: Omit<ErrorObject, "instancePath">): string {
  if (keyword === "additionalProperties")
    return `must not have ${String((params as { additionalProperty: unknown }).additionalProperty)}`;
  if (keyword === "enum") return `must be one of ${(params as { allowedValues: unknown[] }).allowedValues.join(", ")}`;
  return message;
}

/** The node that a JSON pointer leads to, as far as it goes. */
function nearestNode(root: DataNode, pointer: string): DataNode {
  let at = root;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    const next = nodeAt(at, [at.kind === "list" ? Number(key) : key]);
    if (next === undefined) return at;
    at = next;
  }
  return at;
}
