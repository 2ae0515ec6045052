/**
 * What a function of a workflow does, as far as the files tell it: plain JSON that is part of the image, so that nothing of a
 * document is looked at when the function is called.
 */
import type { Problems } from "../document/problems.ts";
import type { FunctionDefinition } from "../model.ts";
import { planAsyncApi, type AsyncApiPlan } from "./asyncapi/plan-asyncapi.ts";
import { planCustom, type LogPlan } from "./custom/plan-custom.ts";
import type { CustomRestPlan } from "./custom/custom-rest.ts";
import { planGraphql, type GraphqlPlan } from "./graphql/plan-graphql.ts";
import { planOdata, type OdataPlan } from "./odata.ts";
import { planRest } from "./openapi/plan-rest.ts";
import type { Resources } from "./resources.ts";
import type { RestPlan } from "./rest/rest-plan.ts";
import { planRpc } from "./rpc/plan-rpc.ts";
import type { RpcPlan } from "./rpc/rpc-plan.ts";

export type FunctionPlan =
  | ExpressionPlan
  | LogPlan
  | RestPlan
  | CustomRestPlan
  | GraphqlPlan
  | OdataPlan
  | AsyncApiPlan
  | RpcPlan;

/** Evaluated by the machine. */
export interface ExpressionPlan {
  kind: "expression";
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
      return planCustom(definition, problems);
    case "graphql":
      return planGraphql(definition, resources, problems);
    case "odata":
      return planOdata(definition, problems);
    case "asyncapi":
      return planAsyncApi(definition, resources, problems);
    case "rpc":
      return planRpc(definition, resources, problems);
  }
}
