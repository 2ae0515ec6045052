/** Functions of type "odata": `<address of the service>#<entity set>`, read with query options. */
import type { Problems } from "../document/problems.ts";
import type { Value } from "../../jq/value.ts";
import type { FunctionDefinition } from "../model.ts";
import type { PreparedCall } from "./call.ts";
import type { CallContext } from "./call-context.ts";
import { CallProblem, prepared } from "./problem.ts";
import type { Request } from "./rest/request.ts";
import { plainText } from "./rest/serialize.ts";
import { splitOnce } from "./resources.ts";
import { percentEncoded } from "./secret-text.ts";
import { namedArguments, serviceAddress, servicePlan, type ServicePlan } from "./service.ts";
import { serviceCall } from "./service-call.ts";

export interface OdataPlan extends ServicePlan {
  kind: "odata";
  url: string;
  entitySet: string;
}

/** Undefined when the operation is no such pair, which is told to `problems`. */
export function planOdata(definition: FunctionDefinition, problems: Problems): OdataPlan | undefined {
  const [url, entitySet = ""] = splitOnce(definition.operation, "#");
  if (url !== "" && /^[\p{L}_][\p{L}\p{N}_./]*$/u.test(entitySet)) {
    return { kind: "odata", ...servicePlan(definition), url: url.replace(/\/+$/, ""), entitySet };
  }
  problems.error(
    `function ${JSON.stringify(definition.name)}: its operation has to be "<address of the service>#<entity set>", ` +
      `got ${JSON.stringify(definition.operation)}`,
    definition.operationAt,
  );
  return undefined;
}

/**
 * Arguments: `queryOptions` with the system query options without "$" (`{"filter": "…", "top": 10}`), and `key` for one entity: a
 * text, a number, or an object of a composite key.
 */
export function prepareOdata(plan: OdataPlan, args: Value | undefined, context: CallContext): PreparedCall {
  return prepared(`${plan.name} (${plan.operation})`, () => {
    const named = namedArguments(args);
    const unknown = [...named.keys()].find((name) => name !== "queryOptions" && name !== "key");
    if (unknown !== undefined)
      throw new CallProblem(`it takes the arguments queryOptions and key, got ${JSON.stringify(unknown)}`);
    const path = `/${plan.entitySet}${keyText(named.get("key"))}`;
    const query = optionsOf(named.get("queryOptions"));
    const request: Request = { path: "", query, headers: [["accept", "application/json"]], cookies: [] };
    return serviceCall(plan, "GET", serviceAddress(plan, plan.url, context) + path, request, context);
  });
}

function optionsOf(options: Value | undefined): string[] {
  if (options === undefined || options === null) return [];
  if (!(options instanceof Map)) throw new CallProblem("queryOptions has to be an object");
  const pieces: string[] = [];
  for (const [name, value] of options) {
    if (value === null) continue;
    const text = Array.isArray(value) ? value.map(plainText).join(",") : plainText(value);
    pieces.push(`%24${percentEncoded(name.replace(/^\$/, "").toLowerCase())}=${percentEncoded(text)}`);
  }
  return pieces;
}

/** OData 4.01, URL Conventions, section 4.3: texts in single quotes, which are doubled inside. */
function keyText(key: Value | undefined): string {
  if (key === undefined || key === null) return "";
  if (!(key instanceof Map)) return `(${literal(key)})`;
  return `(${[...key].map(([name, value]) => `${percentEncoded(name)}=${literal(value)}`).join(",")})`;
}

function literal(value: Value): string {
  return typeof value === "string"
    ? `'${percentEncoded(value.replaceAll("'", "''"))}'`
    : percentEncoded(plainText(value));
}
