/** The security schemes of a document, and which of them an operation asks for. */
import { entryOf, type DataNode } from "../../document/tree.ts";
import { entriesUnder, follow, textUnder } from "../resources.ts";
import type { SecurityScheme } from "../rest/rest-plan.ts";
import type { Planning } from "./planning.ts";

/** All schemes that the document declares, in their order. */
export function declaredSchemes({ version, document, resources }: Planning): SecurityScheme[] {
  const holder = version === 2 ? document : entryOf(document, "components")?.value;
  const declared = entriesUnder(holder, version === 2 ? "securityDefinitions" : "securitySchemes");
  return declared.map(({ key, value }) => schemeOf(key, follow(value, resources)));
}

/** The names that an operation asks for, those of its first alternative first; the document's where it says nothing itself. */
export function requiredSchemes(document: DataNode, operation: DataNode): string[] {
  const given = entryOf(operation, "security")?.value ?? entryOf(document, "security")?.value;
  const names = new Set<string>();
  // A list of objects; real files also hold names as they are, or one object.
  for (const item of given?.kind === "list" ? given.items : given === undefined ? [] : [given]) {
    if (item.kind === "map") for (const { key } of item.entries) names.add(key);
    else if (item.kind === "scalar" && typeof item.value === "string") names.add(item.value);
  }
  return [...names];
}

function schemeOf(name: string, node: DataNode | undefined): SecurityScheme {
  const type = textUnder(node, "type") ?? "";
  switch (type) {
    case "basic":
      return { name, kind: "basic" };
    case "http":
      return httpScheme(name, textUnder(node, "scheme") ?? "");
    case "apiKey": {
      const place = textUnder(node, "in");
      const parameter = textUnder(node, "name");
      if (parameter === undefined || (place !== "header" && place !== "query" && place !== "cookie")) break;
      return { name, kind: "apiKey", in: place, parameter };
    }
    case "oauth2":
      return oauth2Scheme(name, node);
    case "openIdConnect": {
      const url = textUnder(node, "openIdConnectUrl");
      return { name, kind: "openIdConnect", scopes: [], ...(url !== undefined && { url }) };
    }
    default:
  }
  return { name, kind: "unsupported", what: type === "" ? "no type" : `type ${JSON.stringify(type)}` };
}

function httpScheme(name: string, scheme: string): SecurityScheme {
  const kind = scheme.toLowerCase();
  if (kind === "basic" || kind === "bearer") return { name, kind };
  return { name, kind: "unsupported", what: `the HTTP scheme ${JSON.stringify(scheme)}` };
}

/** OpenAPI 3 has flows, OpenAPI 2 one `flow` in the scheme itself. */
function oauth2Scheme(name: string, node: DataNode | undefined): SecurityScheme {
  const flows = entryOf(node, "flows")?.value;
  const own = textUnder(node, "flow");
  const credentials = own === "application" ? node : entryOf(flows, "clientCredentials")?.value;
  const password = own === "password" ? node : entryOf(flows, "password")?.value;
  const chosen = credentials ?? password ?? entryOf(flows, "authorizationCode")?.value ?? node;
  const tokenUrl = textUnder(chosen, "tokenUrl");
  return {
    name,
    kind: "oauth2",
    flow: credentials !== undefined ? "clientCredentials" : password !== undefined ? "password" : "other",
    scopes: entriesUnder(chosen, "scopes").map(({ key }) => key),
    ...(tokenUrl !== undefined && { tokenUrl }),
  };
}
