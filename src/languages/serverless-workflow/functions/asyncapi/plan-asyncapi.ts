/** Functions of type "asyncapi": a message that is published over HTTP, by AsyncAPI 2 and 3. */
import { nearest } from "../../document/nearest.ts";
import type { Problems } from "../../document/problems.ts";
import { entryOf, type DataNode } from "../../document/tree.ts";
import type { FunctionDefinition } from "../../model.ts";
import { propertyKeys } from "../openapi/property-keys.ts";
import { entriesUnder, follow, itemsUnder, splitOnce, textUnder, type Resources } from "../resources.ts";
import { servicePlan, type ServicePlan } from "../service.ts";

export interface AsyncApiPlan extends ServicePlan {
  kind: "asyncapi";
  method: string;
  /** Of the document's HTTP server; "" where properties have to say. */
  server: string;
  /** The channel's address, with parameters in braces. */
  path: string;
  keys: string[];
  mediaType: string;
  /** Names of the arguments that are sent in the query and as headers, by the bindings. */
  query: string[];
  headers: string[];
}

interface Found {
  operation: DataNode;
  channel: DataNode | undefined;
  address: string;
}

/** Undefined when there is no such operation or it is not over HTTP, which is told to `problems`. */
export function planAsyncApi(
  definition: FunctionDefinition,
  resources: Resources,
  problems: Problems,
): AsyncApiPlan | undefined {
  const fail = (message: string): undefined => {
    problems.error(`function ${JSON.stringify(definition.name)}: ${message}`, definition.operationAt);
  };
  const [, id = ""] = splitOnce(definition.operation, "#");
  if (definition.document === undefined || id === "") {
    return fail(
      `its operation has to be "path/of/asyncapi.yaml#operationId", got ${JSON.stringify(definition.operation)}`,
    );
  }
  const document = resources.document(definition.document);
  if (document === undefined) return undefined;
  const version = textUnder(document, "asyncapi") ?? "";
  if (!/^[23]\./.test(version)) return fail(`${definition.document} is no AsyncAPI document of version 2 or 3`);
  const operations = version.startsWith("2.") ? operations2(document, resources) : operations3(document, resources);
  const found = operations.get(id);
  if (found === undefined) {
    const near = nearest(id, operations.keys());
    return fail(
      `${definition.document} has no operation ${JSON.stringify(id)}${near === undefined ? "" : `; did you mean ${near}?`}`,
    );
  }
  const servers = serversOf(document, resources);
  const server = servers.find(({ protocol }) => protocol === "http" || protocol === "https");
  if (server === undefined && servers.length > 0) {
    return fail(
      `its servers speak ${[...new Set(servers.map(({ protocol }) => protocol))].join(", ")}; messages are published over HTTP ` +
        "only: declare an http server (a bridge), or produce an event with an action's eventRef",
    );
  }
  const binding =
    nodeUnder(found.operation, ["bindings", "http"], resources) ??
    nodeUnder(found.channel, ["bindings", "http"], resources);
  const message = messageOf(found, resources);
  return {
    kind: "asyncapi",
    ...servicePlan(definition),
    method: (textUnder(binding, "method") ?? "POST").toUpperCase(),
    server: server?.url ?? "",
    path: found.address.startsWith("/") || found.address === "" ? found.address : `/${found.address}`,
    keys: propertyKeys(definition, textUnder(entryOf(document, "info")?.value, "title")),
    mediaType: textUnder(message, "contentType") ?? textUnder(document, "defaultContentType") ?? "application/json",
    query: propertyNames(nodeUnder(binding, ["query"], resources)),
    headers: propertyNames(nodeUnder(message, ["bindings", "http", "headers"], resources)),
  };
}

/** By their ids, whichever way the document sees them: version 2 does not agree with itself on who publishes. */
function operations2(document: DataNode, resources: Resources): Map<string, Found> {
  const found = new Map<string, Found>();
  for (const { key, value } of entriesUnder(document, "channels")) {
    const channel = follow(value, resources);
    for (const side of ["publish", "subscribe"]) {
      const operation = entryOf(channel, side)?.value;
      const id = textUnder(operation, "operationId");
      if (operation !== undefined && id !== undefined) found.set(id, { operation, channel, address: key });
    }
  }
  return found;
}

function operations3(document: DataNode, resources: Resources): Map<string, Found> {
  const found = new Map<string, Found>();
  for (const { key, value } of entriesUnder(document, "operations")) {
    const operation = follow(value, resources);
    const channel = follow(entryOf(operation, "channel")?.value, resources);
    if (operation !== undefined) found.set(key, { operation, channel, address: textUnder(channel, "address") ?? "" });
  }
  return found;
}

function messageOf({ operation, channel }: Found, resources: Resources): DataNode | undefined {
  const own = nodeUnder(operation, ["message"], resources);
  const [choice] = itemsUnder(own, "oneOf");
  if (own !== undefined) return choice === undefined ? own : follow(choice, resources);
  const [first] = itemsUnder(operation, "messages");
  if (first !== undefined) return follow(first, resources);
  const [only] = entriesUnder(channel, "messages");
  return only === undefined ? undefined : follow(only.value, resources);
}

function serversOf(document: DataNode, resources: Resources): { protocol: string; url: string }[] {
  return entriesUnder(document, "servers").flatMap(({ value }) => {
    const server = follow(value, resources);
    const protocol = textUnder(server, "protocol")?.toLowerCase();
    if (server === undefined || protocol === undefined) return [];
    const host = textUnder(server, "url") ?? `${textUnder(server, "host") ?? ""}${textUnder(server, "pathname") ?? ""}`;
    const url = /^\w+:\/\//.test(host) ? host : `${protocol}://${host}`;
    return [{ protocol, url: withDefaults(url, server, resources) }];
  });
}

function withDefaults(url: string, server: DataNode, resources: Resources): string {
  return url.replace(
    /\{([^{}]+)\}/g,
    (whole, name: string) => textUnder(nodeUnder(server, ["variables", name], resources), "default") ?? whole,
  );
}

/** The value under keys, references followed at each. */
function nodeUnder(node: DataNode | undefined, path: readonly string[], resources: Resources): DataNode | undefined {
  let at = follow(node, resources);
  for (const key of path) at = follow(entryOf(at, key)?.value, resources);
  return at;
}

function propertyNames(schema: DataNode | undefined): string[] {
  return entriesUnder(schema, "properties").map(({ key }) => key);
}
