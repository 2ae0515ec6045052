/** Where an operation is, by its document. */
import { entryOf, type DataNode } from "../../document/tree.ts";
import { entriesUnder, itemsUnder, textUnder } from "../resources.ts";
import type { Planning } from "./planning.ts";

/**
 * URL of the first server, variables replaced by their defaults; "" for none. Relative when it does not say which host, and the
 * document comes from a file.
 */
export function serverOf(planning: Planning): string {
  const server = declaredServer(planning);
  const [, protocol = "", host = "", folder = ""] =
    /^(https?:)(\/\/[^/?#]+)([^?#]*\/)?/i.exec(planning.document.source.path) ?? [];
  if (host === "" || /^\w+:\/\//.test(server)) return server;
  if (server.startsWith("//")) return protocol + server;
  return protocol + host + (server.startsWith("/") || server === "" ? server : (folder || "/") + server);
}

function declaredServer({ version, document, operation }: Planning): string {
  if (version === 2) return serverOf2(document, operation.node);
  for (const node of [operation.node, operation.pathItem, document]) {
    const [server] = itemsUnder(node, "servers");
    if (server !== undefined) return withDefaults(textUnder(server, "url") ?? "", server);
  }
  return "";
}

function serverOf2(document: DataNode, operation: DataNode): string {
  const host = textUnder(document, "host");
  const basePath = textUnder(document, "basePath") ?? "";
  if (host === undefined) return basePath;
  const own = itemsUnder(operation, "schemes");
  const schemes = new Set(
    (own.length > 0 ? own : itemsUnder(document, "schemes")).map((item) =>
      item.kind === "scalar" ? String(item.value).toLowerCase() : "",
    ),
  );
  const scheme = schemes.has("https") ? "https" : schemes.has("http") ? "http" : "https";
  return `${scheme}://${host}${basePath}`;
}

function withDefaults(url: string, server: DataNode): string {
  const variables = new Map(entriesUnder(server, "variables").map(({ key, value }) => [key, value]));
  return url.replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    const value = entryOf(variables.get(name), "default")?.value;
    return value?.kind === "scalar" && value.value !== null ? String(value.value) : whole;
  });
}
