/** POST /webhooks/gitlab/:source: GitLab's webhooks, acknowledged when they are on disk. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { WebhookSource } from "../../config/config.ts";
import type { Engine } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { NewEvent } from "../../core/event.ts";
import type { Clock } from "../../core/ports.ts";
import { toEvent } from "../../events/gitlab-webhook.ts";
import { webhookVerifier, type WebhookVerifier } from "../../events/webhook-verification.ts";
import { acceptedSchema } from "../schemas.ts";

/** GitLab sends at most so much. */
const webhookBodyLimit = 25 * 1024 * 1024;

export interface WebhookOptions {
  engine: Engine;
  verifiers: ReadonlyMap<string, WebhookVerifier>;
  clock: Pick<Clock, "now">;
  /** Projects that are polled too. */
  isPolled: (project: string) => boolean;
  /** Told of every event that was accepted as new. */
  onEvent: (event: NewEvent) => void;
}

export function webhookRoutes(app: FastifyInstance, options: WebhookOptions): void {
  const { engine, verifiers, clock, isPolled, onEvent } = options;
  // The body is kept byte for byte, whatever it says it is.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: webhookBodyLimit }, (_request, body, done) =>
    done(null, body),
  );

  const schema = {
    summary: "Take a GitLab webhook",
    description: "Answers once the event is on disk. The same delivery sent again is accepted once.",
    tags: ["webhooks"],
    params: Type.Object({ source: Type.String({ description: "A name under `sources` of the configuration." }) }),
    response: { 202: acceptedSchema },
  };

  app.post("/webhooks/gitlab/:source", { schema, bodyLimit: webhookBodyLimit }, take);

  async function take(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { source } = request.params as { source: string };
    const verify = verifiers.get(source);
    if (verify === undefined) {
      throw new AutoFlowError("WEBHOOK_SOURCE_UNKNOWN", `no webhook source is named ${JSON.stringify(source)}`);
    }
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
    verify(request.headers, body, clock.now());
    const event = toEvent(request.headers, body, isPolled);
    const [result] = await engine.appendEvents([event]);
    if (!result!.duplicate) onEvent(event);
    return reply.code(202).send({ id: event.attributes.id, ...result });
  }
}

/** What checks each source's webhooks, by its name. Throws CONFIG_INVALID when a signing token is none. */
export function webhookVerifiers(sources: ReadonlyMap<string, WebhookSource>): Map<string, WebhookVerifier> {
  const verifiers = new Map<string, WebhookVerifier>();
  for (const [name, { tokens, signingTokens }] of sources) {
    try {
      verifiers.set(name, webhookVerifier({ tokens, signingTokens }));
    } catch (error) {
      if (!(error instanceof AutoFlowError)) throw error;
      throw new AutoFlowError(error.code, `sources.${name}: ${error.message}`, { hint: error.hint, cause: error });
    }
  }
  return verifiers;
}
