/** Which web pages may ask the codec server: those of Temporal's web app, and no others. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { AutoFlowError } from "../../core/errors.ts";

/** What the web app sends; `Authorization-Extras` carries the ID token beside the access token. */
const allowedHeaders = "authorization, authorization-extras, content-type, x-namespace";

const preflightKeptSeconds = "600";

/**
 * Sets the headers by which a browser lets the web app read the answer, also one that is a refusal. Throws CODEC_ACCESS_DENIED for the
 * page of any other origin; a program that is no browser sends none. `allowed`: an origin, or undefined when there is no web app.
 */
export function checkOrigin(request: FastifyRequest, reply: FastifyReply, allowed: string | undefined): void {
  void reply.header("vary", "origin");
  const { origin } = request.headers;
  if (origin === undefined) return;
  if (origin !== allowed) {
    const instead = allowed === undefined ? "no web app is configured" : `only ${allowed} is served`;
    throw new AutoFlowError(
      "CODEC_ACCESS_DENIED",
      `the request comes from a page of ${quoted(origin)}, and ${instead}`,
      {
        hint: "Set temporal_web_ui_url of the codec server to the address of Temporal's web app.",
      },
    );
  }
  void reply.header("access-control-allow-origin", allowed).header("access-control-allow-credentials", "true");
}

/** Answers the question a browser asks before it sends a POST of another origin. After `checkOrigin`. */
export function answerPreflight(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply
    .header("access-control-allow-methods", "POST")
    .header("access-control-allow-headers", allowedHeaders)
    .header("access-control-max-age", preflightKeptSeconds);
  // Temporal Cloud's page is public and this server usually is not: browsers ask whether that is meant.
  if (request.headers["access-control-request-private-network"] === "true") {
    void reply.header("access-control-allow-private-network", "true");
  }
  return reply.code(204).send();
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
