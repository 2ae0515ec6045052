/** What a workflow defines by name beside its states: functions, events, errors, retries, auth. */
import type {
  AuthDefinition,
  ErrorDefinition,
  EventDefinition,
  FunctionDefinition,
  RetryDefinition,
} from "../model.ts";
import { parseIsoDuration } from "./durations.ts";
import { type ExpressionTexts, unwrap } from "./expression-texts.ts";
import { Fields, textOf } from "./fields.ts";
import type { Problems } from "./problems.ts";
import { readMetadata } from "./states.ts";
import { readDuration } from "./timeouts.ts";
import { describe, placeOf, type DataNode } from "./tree.ts";

/** Reads each node of a list that is an object with a name; of a name that is there twice the last one counts. */
export function readNamed<Definition>(
  nodes: readonly DataNode[],
  kind: string,
  problems: Problems,
  read: (fields: Fields, name: string) => Definition | undefined,
): Map<string, Definition> {
  const found = new Map<string, Definition>();
  for (const [i, node] of nodes.entries()) {
    const fields = Fields.of(node, `${kind} ${i + 1}`, problems);
    const name = fields?.required("name");
    if (fields === undefined || name === undefined) continue;
    const named = new Fields(fields.node, `${kind} "${name}"`, problems);
    named.get("name");
    const definition = read(named, name);
    named.end("description");
    if (definition === undefined) continue;
    if (found.has(name)) problems.warn(`duplicate-${kind}`, `there are two ${kind}s of the name "${name}"`, node);
    found.set(name, definition);
  }
  return found;
}

const functionTypes = ["rest", "asyncapi", "rpc", "graphql", "odata", "expression", "custom"] as const;

/** Without `document` and `expression`, which need more than the function itself. */
export function readFunction(fields: Fields, name: string): FunctionDefinition | undefined {
  if (fields.get("type") === undefined) fields.get("type");
  const isGiven = fields.get("type") !== undefined;
  const type = fields.oneOf(functionTypes, "type") ?? (isGiven ? undefined : "rest");
  const operation = fields.required("operation");
  const authRef = fields.text("authRef");
  const metadata = readMetadata(fields);
  if (type === undefined || operation === undefined) return undefined;
  return {
    name,
    type,
    operation,
    ...(authRef !== undefined && { authRef }),
    metadata,
    at: placeOf(fields.node),
    operationAt: placeOf(fields.get("operation") ?? fields.node),
  };
}

/** An event without a type has its name as type, as far as one can tell. */
export function readEvent(fields: Fields, name: string, texts: ExpressionTexts): EventDefinition {
  const { problems } = fields;
  const source = fields.text("source");
  const given = fields.text("type");
  if (given === undefined) {
    problems.warn("missing-event-type", `${fields.what} has no type: its name is taken for it`, fields.node);
  }
  const correlation = fields.list("correlation").flatMap((node) => {
    const inner = Fields.of(node, `correlation of ${fields.what}`, problems);
    const contextAttributeName = inner?.required("contextAttributeName");
    const value = inner?.scalar("contextAttributeValue");
    inner?.end();
    if (contextAttributeName === undefined) return [];
    if (value === undefined) return [{ contextAttributeName }];
    if (!unwrap(textOf(value)).isWrapped) return [{ contextAttributeName, contextAttributeValue: textOf(value) }];
    const contextAttributeExpression = texts.required(value, `contextAttributeValue of ${fields.what}`);
    return contextAttributeExpression === undefined ? [] : [{ contextAttributeName, contextAttributeExpression }];
  });
  return {
    name,
    ...(source !== undefined && source !== "" && { source }),
    type: given ?? name,
    kind: fields.oneOf(["consumed", "produced"], "kind") ?? "consumed",
    correlation,
    dataOnly: fields.boolean(true, "dataOnly"),
    metadata: readMetadata(fields),
    at: placeOf(fields.node),
  };
}

export function readError(fields: Fields, name: string): ErrorDefinition {
  const code = fields.text("code")?.trim();
  const description = fields.text("description");
  return {
    name,
    ...(code !== undefined && code !== "" && { code }),
    ...(description !== undefined && { description }),
    at: placeOf(fields.node),
  };
}

export function readRetryDefinition(fields: Fields, name: string): RetryDefinition {
  const delay = readDuration(fields, "delay");
  const maxDelay = readDuration(fields, "maxDelay");
  const increment = readDuration(fields, "increment");
  const multiplier = fields.number({ least: 0 }, "multiplier");
  const maxAttempts = fields.number({ least: 1, integer: true }, "maxAttempts");
  const jitter = readJitter(fields);
  return {
    name,
    ...(delay !== undefined && { delay }),
    ...(maxDelay !== undefined && { maxDelay }),
    ...(increment !== undefined && { increment }),
    ...(multiplier !== undefined && { multiplier }),
    ...(maxAttempts !== undefined && { maxAttempts }),
    ...(jitter !== undefined && { jitter }),
    at: placeOf(fields.node),
  };
}

/** From 0 to 1 a part of the delay, else a duration. */
function readJitter(fields: Fields): RetryDefinition["jitter"] {
  const node = fields.get("jitter");
  if (node === undefined) return undefined;
  const text = fields.text("jitter")?.trim() ?? "";
  const fraction = text === "" ? Number.NaN : Number(text);
  if (fraction >= 0 && fraction <= 1) return { fraction };
  const duration = parseIsoDuration(text);
  if (duration !== undefined) return { ms: duration.ms };
  const message = `jitter of ${fields.what} has to be a number from 0 to 1 or an ISO 8601 duration, got ${describe(node)}`;
  fields.problems.error(message, node);
  return undefined;
}

/** The properties' values may be expressions; a text names the secret that holds them. */
export function readAuth(fields: Fields, name: string, texts: ExpressionTexts): AuthDefinition | undefined {
  const scheme = fields.oneOf(["basic", "bearer", "oauth2"] as const, "scheme") ?? "basic";
  const node = fields.get("properties");
  const at = placeOf(fields.node);
  if (node?.kind === "scalar") {
    const text = fields.text("properties") ?? "";
    const secret = /\$SECRETS?\.([\w.-]+)/.exec(text)?.[1] ?? text.trim();
    return { name, scheme, properties: { secret }, at };
  }
  const properties = fields.object("properties");
  if (properties === undefined) {
    if (node === undefined) fields.problems.error(`${fields.what} has no properties`, fields.node);
    return undefined;
  }
  const values = properties.node.entries.map(({ key, value }) => ({ name: key, value: texts.template(value) }));
  return { name, scheme, properties: values, at };
}
