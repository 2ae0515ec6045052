/** Functions of type "custom": those of SonataFlow that need nothing but HTTP and a log. */
import type { Problems } from "../../document/problems.ts";
import type { FunctionDefinition } from "../../model.ts";
import { planCustomRest, type CustomRestPlan } from "./custom-rest.ts";

/** `sysout`: a line in the run's log. */
export interface LogPlan {
  kind: "log";
  level: "debug" | "info" | "warn" | "error";
}

/** The plan of a custom function; undefined for a kind that there is not, with what to do instead told to `problems`. */
export function planCustom(definition: FunctionDefinition, problems: Problems): LogPlan | CustomRestPlan | undefined {
  const { operation } = definition;
  const kind = operation.split(":", 1)[0]!.trim().toLowerCase();
  if (kind === "sysout") return { kind: "log", level: logLevel(operation) };
  if (kind === "rest") return planCustomRest(definition, problems);
  const instead = Object.hasOwn(insteadOf, kind)
    ? insteadOf[kind]!
    : "known are rest:<method>:<address> and sysout:<level>; describe other services with OpenAPI and call them with type rest";
  problems.error(
    `function ${JSON.stringify(definition.name)}: the operation ${JSON.stringify(operation)} cannot be carried out here; ${instead}`,
    definition.operationAt,
  );
  return undefined;
}

const insteadOf: Record<string, string> = {
  service:
    "Java code is part of an application that is not there; offer the method by HTTP and call it with rest:post:<address>",
  java: "Java code is part of an application that is not there; offer the method by HTTP and call it with rest:post:<address>",
  script:
    "compute it with jq (a function of type expression), or offer the script by HTTP and call it with rest:post:<address>",
  camel: "Camel routes are not run here; offer the route by HTTP and call it with rest:post:<address>",
  knative: "call the service by its address with rest:post:<address>, or send it an event with an action's eventRef",
  dmn: "decide with switch states and jq, or call a decision service with rest:post:<address>",
  "jwt-parser": 'read the token with jq: .token | split(".")[1] | @base64d | fromjson',
  openvino: "offer the model by HTTP and call it with rest:post:<address>",
};

/** "sysout:WARN"; INFO unless given. */
function logLevel(operation: string): LogPlan["level"] {
  switch (operation.split(":")[1]?.trim().toUpperCase()) {
    case "TRACE":
    case "DEBUG":
      return "debug";
    case "WARN":
    case "WARNING":
      return "warn";
    case "ERROR":
    case "FATAL":
      return "error";
    default:
      return "info";
  }
}
