/** Who may use the API: whoever has the token, or, when there is none, programs of this machine. */
import { hash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { isLoopbackHost } from "../config/config.ts";
import { AutoFlowError } from "../core/errors.ts";

/** Throws AUTH_REQUIRED or REQUEST_ORIGIN_DENIED. */
export type AccessCheck = (request: Pick<FastifyRequest, "headers">) => void;

export function createAccessCheck({ apiToken, host }: { apiToken: string | undefined; host: string }): AccessCheck {
  return apiToken === undefined ? checkLocalCaller(host) : checkToken(apiToken);
}

function checkToken(apiToken: string): AccessCheck {
  // Digests are of one length, so comparing them tells nothing about the token.
  const expected = hash("sha256", apiToken, "buffer");
  return ({ headers }) => {
    const [, sent] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
    if (sent !== undefined && timingSafeEqual(hash("sha256", sent, "buffer"), expected)) return;
    const got = sent === undefined ? "has no bearer token" : "has a wrong token";
    throw new AutoFlowError("AUTH_REQUIRED", `the request ${got}`);
  };
}

/**
 * Without a token the server listens on this machine only. A browser on it could still be made to ask by a web page: under the
 * page's own name that resolves to this machine (DNS rebinding), or from another origin.
 */
function checkLocalCaller(listenHost: string): AccessCheck {
  return ({ headers }) => {
    const name = hostName(headers.host ?? "");
    if (!isLoopbackHost(name) && name !== listenHost) {
      throw new AutoFlowError(
        "REQUEST_ORIGIN_DENIED",
        `the request is for the host ${JSON.stringify(headers.host ?? "")}`,
      );
    }
    const { origin } = headers;
    if (origin !== undefined && URL.parse(origin)?.host !== headers.host) {
      throw new AutoFlowError("REQUEST_ORIGIN_DENIED", `the request comes from a page of ${JSON.stringify(origin)}`);
    }
    const site = headers["sec-fetch-site"];
    if (site === "cross-site" || site === "same-site") {
      throw new AutoFlowError("REQUEST_ORIGIN_DENIED", "the request comes from a page of another site");
    }
  };
}

/** The host of a Host header, without port and brackets, in lower case. */
export function hostName(header: string): string {
  return header
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();
}
