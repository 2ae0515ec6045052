/** Validation: what the rules of a project say of a change, before it is made. */
import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import type { Metrics } from "../metrics.ts";
import { projectParams } from "../schemas.ts";
import type { ValidationAnswer, Validator } from "../validation/validator.ts";

const strict = { additionalProperties: false } as const;

const decision = Type.Enum(["allow", "deny"]);

const body = Type.Object(
  {
    type: Type.String({ minLength: 1, maxLength: 255, description: "What kind of change it is: rules are for types." }),
    data: Type.Optional(Type.Unknown({ description: "What is known of the change; rules see it as change.data." })),
    timeout_ms: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: "Until the answer; `validation.timeout` unless said, `validation.max_timeout` at most.",
      }),
    ),
  },
  strict,
);

const failure = Type.Object(
  { code: Type.String(), message: Type.String() },
  { ...strict, description: "Why there is no answer; then the decision is `on_failure`." },
);

const answerSchema = Type.Object(
  {
    decision,
    reasons: Type.Array(Type.String(), { description: "Why it is denied." }),
    rules: Type.Array(
      Type.Object(
        {
          project: Type.String({ description: "Whose rule it is." }),
          definition: Type.String(),
          rule: Type.String(),
          group: Type.Optional(Type.String({ description: "The group whose rule it is." })),
          decision,
          reasons: Type.Array(Type.String()),
          failure: Type.Optional(failure),
        },
        strict,
      ),
    ),
    failure: Type.Optional(failure),
    on_failure: Type.Optional(
      Type.Enum(["allow", "deny"], {
        description: "Present when a rule failed or did not answer in time: what then counts.",
      }),
    ),
  },
  strict,
);

type Answer = Static<typeof answerSchema>;

export function validationRoutes(
  app: FastifyInstance,
  { validator, metrics }: { validator: Validator; metrics: Metrics },
): void {
  const schema = {
    summary: "Ask the rules of a project about a change",
    description:
      "Rules are handlers of `on_validate`: those of the project, and those of the groups that it is in. Answers when all of them " +
      "have, or the time is over. One denial denies; without a rule for the type it is allowed. Nothing is stored.",
    tags: ["validation"],
    params: projectParams,
    body,
    response: { 200: answerSchema },
  };
  type Route = { Params: Static<typeof projectParams>; Body: Static<typeof body> };
  app.post<Route>("/projects/:project/validate", { schema }, async ({ params, body: asked }) => {
    const since = performance.now();
    const { type, data, timeout_ms: timeoutMs } = asked;
    const answer = await validator.validate(params.project, { type, data }, timeoutMs);
    metrics.validated(answer.decision, answer.onFailure !== undefined, performance.now() - since);
    return toJson(answer);
  });
}

function toJson({ onFailure, ...answer }: ValidationAnswer): Answer {
  return { ...answer, ...(onFailure !== undefined && { on_failure: onFailure }) };
}
