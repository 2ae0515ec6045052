/** From the files of a definition to the model. */
import type { Sources } from "../../../core/program.ts";
import type { AuthDefinition, FunctionDefinition, Metadata, SchemaCheck, Workflow } from "../model.ts";
import { parseProperties } from "../expressions/properties-file.ts";
import { inlineSchema, schemaOfFile } from "../references/schemas.ts";
import type { Resources } from "../references/resources.ts";
import { folderOf, propertyFiles } from "../references/uri.ts";
import { customResource, type CustomResource } from "../sonataflow/custom-resource.ts";
import { checkNames } from "./check-names.ts";
import { readAuth, readError, readEvent, readFunction, readNamed, readRetryDefinition } from "./definitions.ts";
import { ExpressionTexts, unwrap, type ExpressionChecker } from "./expression-texts.ts";
import { Fields, textOf } from "./fields.ts";
import type { Parsing } from "./parsing.ts";
import type { Problems } from "./problems.ts";
import { placeInScalar } from "./scalar-offsets.ts";
import { readStart } from "./start.ts";
import { variableName } from "./state-kinds.ts";
import { readMetadata, readStates } from "./states.ts";
import { readWorkflowTimeouts } from "./timeouts.ts";
import { describe, entryOf, jsonTextOf, placeOf, type DataNode, type MapNode } from "./tree.ts";

/** The variables that every expression has. */
const standardVariables = ["SECRET", "CONST", "WORKFLOW"];

export interface WorkflowReading {
  sources: Sources;
  resources: Resources;
  problems: Problems;
  /** The checker of an expression language. */
  checkerFor(language: Workflow["expressionLang"], level: Workflow["jqLevel"]): ExpressionChecker;
}

/** The entry's workflow; undefined when it is none at all. What is wrong is told to `problems`. */
export function readWorkflow(reading: WorkflowReading): Workflow | undefined {
  const { sources, resources, problems } = reading;
  const roots = resources.documents(sources.entry, "workflow");
  if (roots.length === 0) {
    if (!problems.hasErrors) problems.error("the file is empty", startOfFile(sources.entry));
    return undefined;
  }
  const resource = customResource(roots, sources.entry.split("#")[1] ?? "");
  if (resource !== undefined) return new WorkflowReader(reading, resource.flow, resource).read();
  return readPlain(reading, roots);
}

/** A file that is a workflow, and nothing else. */
function readPlain(reading: WorkflowReading, [root, second]: readonly DataNode[]): Workflow | undefined {
  const { problems } = reading;
  if (second !== undefined) problems.error("the file has more than one YAML document: a workflow is one", second);
  if (root?.kind !== "map") {
    if (root !== undefined) problems.error(`a workflow has to be an object, got ${describe(root)}`, root);
    return undefined;
  }
  const document = entryOf(root, "document")?.value;
  if (document?.kind === "map" && entryOf(document, "dsl") !== undefined) {
    const message = "this is a workflow of the DSL 1.0; AutoFlow runs Serverless Workflow 0.8 (specVersion: '0.8')";
    problems.error(message, document);
    return undefined;
  }
  return new WorkflowReader(reading, root).read();
}

function startOfFile(path: string): { file: string; line: number; column: number } {
  return { file: path.replace(/#.*$/s, ""), line: 1, column: 1 };
}

class WorkflowReader {
  readonly #reading: WorkflowReading;
  readonly #fields: Fields;
  readonly #problems: Problems;
  readonly #resources: Resources;

  /** Present when the workflow stands in one. */
  readonly #resource: CustomResource | undefined;

  constructor(reading: WorkflowReading, root: MapNode, resource?: CustomResource) {
    this.#reading = reading;
    this.#resource = resource;
    this.#problems = reading.problems;
    this.#resources = reading.resources;
    this.#fields = new Fields(root, "the workflow", reading.problems);
  }

  read(): Workflow | undefined {
    const fields = this.#fields;
    const header = this.#header();
    const extensions = this.#extensions();
    const functions = this.#functions();
    const rules = this.#rules(functions, header);
    const texts = new ExpressionTexts(rules, this.#problems);
    const expressionFunctions = this.#withExpressions(functions, texts);
    const timeouts = readWorkflowTimeouts(this.#included("timeouts"), this.#problems);
    const events = readNamed(this.#listOf("events"), "event", this.#problems, (event, name) =>
      readEvent(event, name, texts),
    );
    const errors = readNamed(this.#listOf("errors"), "error", this.#problems, readError);
    const retries = readNamed(this.#listOf("retries"), "retry", this.#problems, readRetryDefinition);
    const parsing: Parsing = {
      problems: this.#problems,
      texts,
      functions: expressionFunctions,
      events,
      errors,
      retries,
      timeouts: timeouts.states,
      autoRetries: fields.boolean(false, "autoRetries"),
    };
    const stateNodes = fields.list("states");
    const states = readStates(stateNodes, parsing);
    const start = readStart(fields, stateNodes[0] as MapNode | undefined, states[0]?.name);
    if (stateNodes.length === 0) this.#problems.error("the workflow has no states", fields.node);
    const auth = this.#auth(texts);
    const input = this.#inputSchema();
    const constants = this.#constants();
    const secrets = this.#secrets();
    const keepActive = fields.boolean(false, "keepActive");
    fields.end();
    if (start === undefined) return undefined;
    const workflow: Workflow = {
      format: 1,
      ...header,
      ...extensions,
      start,
      states,
      functions: [...expressionFunctions.values()],
      events: [...events.values()],
      errors: [...errors.values()],
      retries: [...retries.values()],
      auth,
      secrets,
      constants,
      variables: [...rules.variables],
      properties: this.#properties(),
      ...(input !== undefined && { input }),
      ...(timeouts.workflow !== undefined && { workflowTimeout: timeouts.workflow }),
      keepActive,
    };
    checkNames(workflow, this.#problems);
    warnOfStartCorrelation(workflow, this.#problems);
    return workflow;
  }

  #header(): Pick<
    Workflow,
    | "id"
    | "version"
    | "annotations"
    | "specVersion"
    | "expressionLang"
    | "jqLevel"
    | "expressions"
    | "merge"
    | "metadata"
    | "at"
  > &
    Partial<Pick<Workflow, "name" | "description">> {
    const fields = this.#fields;
    const name = fields.text("name");
    const description = fields.text("description") ?? this.#annotation("description");
    const annotations = fields.texts("annotations").map(({ text }) => text);
    const metadata = readMetadata(fields);
    const choice = <Word extends string>(key: string, words: readonly Word[]): Word =>
      this.#choice(key, words, { metadata, annotations });
    return {
      id: this.#id(),
      version: fields.text("version") ?? this.#annotation("version") ?? "1.0",
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      annotations,
      specVersion: this.#specVersion(),
      expressionLang: fields.oneOf(["jq", "jsonpath"] as const, "expressionLang") ?? "jq",
      jqLevel: choice("jq", ["1.6", "1.7"]),
      expressions: choice("expressions", ["lenient", "strict"]),
      merge: choice("merge", ["sonataflow", "specification"]),
      metadata,
      at: placeOf(fields.node),
    };
  }

  /** Of a custom resource: `sonataflow.org/…`. */
  #annotation(key: string): string | undefined {
    return this.#resource?.annotations.get(`sonataflow.org/${key}`);
  }

  #id(): string {
    const id = this.#fields.text("id") ?? this.#fields.text("key");
    if (id !== undefined && id.trim() !== "") return id.trim();
    if (this.#resource !== undefined) return this.#resource.name;
    const file = this.#reading.sources.entry;
    const fromFile = file
      .slice(folderOf(file).length)
      .replace(/^\//, "")
      .replace(/(?:\.sw)?\.(?:ya?ml|json)$/, "");
    this.#problems.warn(
      "missing-id",
      `the workflow has no id: it is called ${fromFile}, as its file is`,
      this.#fields.node,
    );
    return fromFile;
  }

  #specVersion(): string {
    const specVersion = this.#fields.text("specVersion", "schemaVersion")?.trim();
    if (specVersion === undefined) {
      if (this.#resource !== undefined) return "0.8";
      this.#problems.warn(
        "missing-spec-version",
        "the workflow has no specVersion: 0.8 is taken for it",
        this.#fields.node,
      );
      return "0.8";
    }
    if (/^v?1\b/.test(specVersion)) {
      this.#problems.error(
        `specVersion ${specVersion} is not supported: AutoFlow runs 0.8`,
        this.#fields.get("specVersion")!,
      );
    } else if (!/^v?0\.8\b/.test(specVersion)) {
      const message = `specVersion ${specVersion} is read as 0.8: what changed in between is not translated`;
      this.#problems.warn("other-spec-version", message, this.#fields.get("specVersion", "schemaVersion")!);
    }
    return specVersion;
  }

  /** A choice that the metadata make (`autoflow.dev/merge: specification`), or an annotation of the same text. The first is the default. */
  #choice<Word extends string>(
    key: string,
    words: readonly Word[],
    { metadata, annotations }: { metadata: Metadata; annotations: string[] },
  ): Word {
    const name = `autoflow.dev/${key}`;
    const onResource = this.#resource?.annotations.get(name);
    const annotated = annotations
      .map((text) => /^([^:=\s]+)\s*[:=]\s*(.*?)\s*$/.exec(text))
      .find((match) => match?.[1] === name);
    const node = entryOf(this.#fields.get("metadata"), name)?.value;
    const wanted =
      node?.kind === "scalar" ? textOf(node) : Object.hasOwn(metadata, name) ? "?" : (annotated?.[2] ?? onResource);
    if (wanted === undefined) return words[0]!;
    const found = words.find((word) => word === wanted);
    if (found !== undefined) return found;
    this.#problems.error(`${name} has to be ${words.join(" or ")}, got ${wanted}`, node ?? this.#fields.node);
    return words[0]!;
  }

  /** A field that may be the URI of a file that has it: the file's document, or its field of that name. */
  #included(key: string): DataNode | undefined {
    const node = this.#fields.get(key);
    if (node?.kind !== "scalar" || typeof node.value !== "string" || node.value.trim() === "") return node;
    const path = this.#resources.require(this.#reading.sources.entry, node.value, node);
    const document = path === undefined ? undefined : this.#resources.document(path);
    return entryOf(document, key)?.value ?? document;
  }

  #listOf(key: string): DataNode[] {
    const node = this.#included(key);
    if (node === undefined) return [];
    return node.kind === "list" ? node.items : [node];
  }

  #functions(): Map<string, FunctionDefinition & { node: DataNode }> {
    const nodes = this.#listOf("functions");
    return readNamed(nodes, "function", this.#problems, (fields, name) => {
      const definition = readFunction(fields, name);
      if (definition === undefined) return undefined;
      const document = this.#documentOf(definition, fields.get("operation") ?? fields.node);
      const node = fields.get("operation") ?? fields.node;
      return { ...definition, ...(document !== undefined && { document }), node };
    });
  }

  /** rest, asyncapi and rpc name a document before the "#"; graphql and odata only when it is no address. */
  #documentOf({ type, operation }: FunctionDefinition, node: DataNode): string | undefined {
    if (type === "expression" || type === "custom") return undefined;
    const base = node.source.path;
    const expanded = this.#resources.expanded(operation);
    if (type === "graphql" || type === "odata") return this.#resources.find(base, expanded);
    if (/^[A-Za-z]+:https?:/.test(operation) || !expanded.includes("#")) {
      const found = this.#resources.find(base, expanded);
      if (found !== undefined || !/\.(?:ya?ml|json|proto)$/i.test(expanded)) return found;
    }
    return (
      this.#resources.find(this.#reading.sources.entry, expanded) ?? this.#resources.require(base, operation, node)
    );
  }

  #rules(
    functions: ReadonlyMap<string, FunctionDefinition>,
    header: Pick<Workflow, "expressionLang" | "jqLevel" | "expressions">,
  ) {
    const bodies = new Map<string, string>();
    for (const { name, type, operation } of functions.values()) {
      if (type === "expression") bodies.set(name, unwrap(operation).text);
    }
    const parameters = this.#fields.list("states").flatMap((state) => {
      const node = entryOf(state, "iterationParam")?.value;
      return node?.kind === "scalar" ? (variableName(textOf(node)) ?? []) : [];
    });
    return {
      checker: this.#reading.checkerFor(header.expressionLang, header.jqLevel),
      isStrict: header.expressions === "strict",
      functions: bodies,
      variables: [...new Set([...standardVariables, ...parameters])],
    };
  }

  #withExpressions(
    functions: ReadonlyMap<string, FunctionDefinition & { node: DataNode }>,
    texts: ExpressionTexts,
  ): Map<string, FunctionDefinition> {
    const found = new Map<string, FunctionDefinition>();
    for (const [name, { node, ...definition }] of functions) {
      const isExpression = definition.type === "expression";
      const expression = isExpression ? texts.required(node, `operation of function "${name}"`) : undefined;
      const operationAt = node.kind === "scalar" ? placeInScalar(node, 0) : definition.operationAt;
      found.set(name, { ...definition, operationAt, ...(expression !== undefined && { expression }) });
    }
    return found;
  }

  #auth(texts: ExpressionTexts): AuthDefinition[] {
    const found = readNamed(this.#listOf("auth"), "auth", this.#problems, (fields, name) =>
      readAuth(fields, name, texts),
    );
    return [...found.values()];
  }

  #secrets(): string[] {
    const node = this.#fields.get("secrets");
    const included = node?.kind === "scalar" && this.#isFile(node) ? this.#included("secrets") : node;
    if (included === undefined) return [];
    const items = included.kind === "list" ? included.items : [included];
    return [...new Set(items.flatMap((item) => (item.kind === "scalar" && item.value !== null ? [textOf(item)] : [])))];
  }

  /** One secret's name is no URI. */
  #isFile(node: DataNode): boolean {
    return node.kind === "scalar" && /[/.:]/.test(textOf(node));
  }

  #constants(): string {
    const node = this.#included("constants");
    if (node === undefined) return "{}";
    if (node.kind === "map") return jsonTextOf(node);
    this.#problems.error(`constants have to be an object, got ${describe(node)}`, node);
    return "{}";
  }

  /** A URI, `{schema, failOnValidationErrors}`, or a schema itself. */
  #inputSchema(): SchemaCheck | undefined {
    const node = this.#fields.get("dataInputSchema");
    return node === undefined ? undefined : this.#schemaCheck(node, "dataInputSchema", true);
  }

  #schemaCheck(node: DataNode, what: string, failByDefault: boolean): SchemaCheck | undefined {
    const at = placeOf(node);
    if (node.kind === "scalar") return this.#fileSchema(node, failByDefault);
    const fields = Fields.of(node, what, this.#problems);
    if (fields === undefined) return undefined;
    const schema = fields.get("schema");
    if (schema === undefined) {
      const isSchema = ["type", "properties", "$ref", "allOf", "oneOf", "anyOf", "$schema"].some((key) =>
        fields.has(key),
      );
      if (isSchema)
        return {
          schema: inlineSchema(node.source.path, node, this.#resources),
          failOnValidationErrors: failByDefault,
          at,
        };
      fields.required("schema");
      return undefined;
    }
    const failOnValidationErrors = fields.boolean(failByDefault, "failOnValidationErrors");
    fields.end();
    if (schema.kind === "scalar") return this.#fileSchema(schema, failOnValidationErrors);
    return { schema: inlineSchema(node.source.path, schema, this.#resources), failOnValidationErrors, at };
  }

  #fileSchema(node: DataNode, failOnValidationErrors: boolean): SchemaCheck | undefined {
    const uri = node.kind === "scalar" ? textOf(node).trim() : "";
    if (uri === "") return undefined;
    const path = this.#resources.require(node.source.path, uri, node);
    const schema = path === undefined ? undefined : schemaOfFile(path, this.#resources);
    return schema === undefined ? undefined : { schema, failOnValidationErrors, at: placeOf(node) };
  }

  #extensions(): Pick<Workflow, "uriDefinitions" | "output"> {
    const uriDefinitions: Record<string, string> = {};
    let output: SchemaCheck | undefined;
    const nodes = this.#listOf("extensions");
    for (const node of nodes) {
      const fields = Fields.of(node, "extensions", this.#problems);
      const id = fields?.required("extensionid", "extensionId", "extensionID");
      if (fields === undefined || id === undefined) continue;
      if (id === "workflow-uri-definitions") {
        for (const { key, value } of fields.object("definitions")?.node.entries ?? []) {
          if (value.kind === "scalar")
            Object.defineProperty(uriDefinitions, key, { value: textOf(value), enumerable: true, configurable: true });
        }
        fields.end();
        this.#resources.aliases = uriDefinitions;
      }
    }
    for (const node of nodes) {
      const fields = node.kind === "map" ? new Fields(node, "extensions", this.#problems) : undefined;
      const id = fields?.text("extensionid", "extensionId", "extensionID");
      if (fields === undefined || id === undefined || id === "workflow-uri-definitions") continue;
      const schema = fields.get("outputSchema");
      if (id === "workflow-output-schema") {
        if (schema === undefined) fields.required("outputSchema");
        else output = this.#schemaCheck(schema, "outputSchema", false);
        fields.end();
      } else this.#problems.warn("unknown-extension", `there is no extension "${id}": it means nothing`, node);
    }
    return { uriDefinitions, ...(output !== undefined && { output }) };
  }

  /** Of all files that there are; of a key that several have the last one counts. */
  #properties(): Workflow["properties"] {
    const found = new Map<string, Workflow["properties"][number]>();
    for (const file of propertyFiles(this.#reading.sources.entry)) {
      for (const { key, value, line, column } of parseProperties(this.#resources.text(file) ?? "")) {
        found.set(key, { key, value, at: { file, line, column } });
      }
    }
    return [...found.values()];
  }
}

/** Expressions in the correlation of events that start runs: there is no run whose data they could be evaluated for. */
function warnOfStartCorrelation({ start, states, events }: Workflow, problems: Problems): void {
  const first = states.find(({ name }) => name === start.stateName);
  if (first?.type !== "event") return;
  const names = new Set(first.onEvents.flatMap(({ eventRefs }) => eventRefs));
  for (const { name, correlation } of events) {
    if (!names.has(name)) continue;
    for (const { contextAttributeName, contextAttributeExpression: expression } of correlation) {
      if (expression === undefined) continue;
      const message = `event "${name}" starts runs, whatever its ${contextAttributeName} is: the expression cannot be evaluated before there is a run`;
      problems.warn("start-correlation", message, expression.at);
    }
  }
}
