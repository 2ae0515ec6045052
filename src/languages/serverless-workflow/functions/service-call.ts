/** The http action's call of a service that has no OpenAPI document. */
import type { PreparedCall } from "./call.ts";
import type { CallContext } from "./call-context.ts";
import { requestInput, workflowHeaders } from "./rest/http-input.ts";
import type { Request } from "./rest/request.ts";
import { serviceAuth, serviceTimeout, type ServicePlan } from "./service.ts";

/** `url` is the whole address without what is in `request`. Throws CallProblem. */
export function serviceCall(
  plan: ServicePlan,
  method: string,
  url: string,
  request: Request,
  context: CallContext,
): PreparedCall {
  request.headers.push(...workflowHeaders(context));
  const auth = serviceAuth(plan, context, request);
  const timeoutMs = serviceTimeout(plan, context);
  return {
    kind: "call",
    action: "http",
    input: requestInput(method, url, request, auth),
    warnings: [],
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}
