/** Which properties a function may look up when it is called. */
import type { FunctionPlan } from "./plan.ts";
import { credentialKeys } from "./rest/credentials.ts";
import { timeoutKeys } from "./rest/http-input.ts";
import { serverKeys } from "./rest/request.ts";
import { rpcKeys } from "./rpc/call-rpc.ts";
import { serviceKeys } from "./service.ts";

/**
 * The properties that an environment may set for a function, under the most usual name of its document. What application.properties
 * says is found under every name.
 */
export function propertyNamesOf(plan: FunctionPlan): string[] {
  switch (plan.kind) {
    case "rest": {
      const usual = { ...plan, keys: plan.keys.slice(0, 1) };
      return [...serverKeys(usual), ...timeoutKeys(usual.keys), ...credentialKeys(usual)].filter(
        (name) => !name.includes('"'),
      );
    }
    case "asyncapi":
      return [...serverKeys({ keys: plan.keys.slice(0, 1) }), ...serviceKeys(plan)].filter(
        (name) => !name.includes('"'),
      );
    case "rpc":
      return [...rpcKeys(plan), ...serviceKeys(plan)].filter((name) => !name.includes('"'));
    case "custom-rest":
    case "graphql":
    case "odata":
      return serviceKeys(plan);
    case "expression":
    case "log":
      return [];
  }
}
