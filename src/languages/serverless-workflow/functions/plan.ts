/**
 * What a function of a workflow does, as far as the files tell it: plain JSON that is part of the image, so that nothing of a
 * document is looked at when the function is called.
 */
import type { Problems } from "../document/problems.ts";
import type { FunctionDefinition } from "../model.ts";
import { planRest } from "./openapi/plan-rest.ts";
import type { Resources } from "./resources.ts";
import type { RestPlan } from "./rest/rest-plan.ts";

export type FunctionPlan = ExpressionPlan | LogPlan | RestPlan;

/** Evaluated by the machine. */
export interface ExpressionPlan {
  kind: "expression";
}

/** `sysout`: a line in the run's log. */
export interface LogPlan {
  kind: "log";
  level: "debug" | "info" | "warn" | "error";
}

/** The plan of a function; undefined when it cannot be called as it is written, which is told to `problems`. */
export function planFunction(
  definition: FunctionDefinition,
  resources: Resources,
  problems: Problems,
): FunctionPlan | undefined {
  switch (definition.type) {
    case "expression":
      return { kind: "expression" };
    case "rest":
      return planRest(definition, resources, problems);
    case "custom":
    case "graphql":
    case "odata":
    case "rpc":
    case "asyncapi":
      return planOther(definition, problems);
  }
}

function planOther(definition: FunctionDefinition, problems: Problems): FunctionPlan | undefined {
  const level = /^sysout(?::(\w+))?$/i.exec(definition.operation);
  if (level !== null) return { kind: "log", level: logLevel(level[1]) };
  problems.error(`function ${JSON.stringify(definition.name)} is of a type that is not known here`, definition.at);
  return undefined;
}

function logLevel(name = "INFO"): LogPlan["level"] {
  const levels: Record<string, LogPlan["level"]> = { TRACE: "debug", DEBUG: "debug", WARN: "warn", ERROR: "error" };
  return levels[name.toUpperCase()] ?? "info";
}
