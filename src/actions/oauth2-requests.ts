/** Requests for OAuth 2 access tokens (RFC 6749, section 4), and where to send them. */
import type { Clock } from "../core/ports.ts";
import { clientCredentials, type OAuth2Auth } from "./http-auth.ts";
import type { HttpAnswer, HttpExchange } from "./http-exchange.ts";
import { HttpCallFailed } from "./http-failure.ts";
import type { HttpHeader, HttpRequest } from "./http-input.ts";

export interface Token {
  type: string;
  value: string;
  refreshToken: string | undefined;
  /** Epoch ms from which on it is not used any more. */
  until: number;
}

/** All throw HttpCallFailed, whose messages hold nothing that the endpoint said but the standard's error fields. */
export interface TokenRequests {
  /** Where tokens are: as the call says, or as the server's metadata does. */
  endpoint(auth: OAuth2Auth): Promise<URL>;
  /** A token by the call's own grant. */
  grant(auth: OAuth2Auth, endpoint: URL): Promise<Token>;
  refresh(auth: OAuth2Auth, endpoint: URL, refreshToken: string): Promise<Token>;
}

export interface TokenRequestOptions {
  exchange: HttpExchange;
  clock: Pick<Clock, "now">;
  userAgent: string;
}

const limits = { timeoutMs: 30_000, maxResponseBytes: 256 * 1024 };
/** How long a token is used that does not say when it expires. */
const defaultLifetimeMs = 300_000;
/** A token is renewed this long before it expires, or after nine tenths of its life when that is later. */
const marginMs = 30_000;

export function createTokenRequests(options: TokenRequestOptions): TokenRequests {
  async function endpoint({ endpoint, shownEndpoint }: OAuth2Auth): Promise<URL> {
    if (endpoint.kind === "token") return endpoint.url;
    const url = endpoint.kind === "discovery" ? endpoint.url : metadataUrl(endpoint.url);
    const answer = await options.exchange.send(get(url, shownEndpoint), limits, never);
    const told = answer.statusCode === 200 ? jsonOf(answer)["token_endpoint"] : undefined;
    const found = typeof told === "string" ? URL.parse(told) : null;
    if (found !== null && /^https?:$/.test(found.protocol)) return found;
    if (endpoint.kind === "issuer" && answer.statusCode === 404) return endpoint.url;
    throw failed(`${shownEndpoint} does not tell where tokens are (status ${answer.statusCode})`, answer.statusCode);
  }

  function get(url: URL, shownUrl: string): HttpRequest {
    return { ...base(shownUrl), method: "GET", url, headers: common(), body: undefined, bodyHasSecret: false };
  }

  function common(): HttpHeader[] {
    return [plain("accept", "application/json"), plain("user-agent", options.userAgent)];
  }

  async function request(auth: OAuth2Auth, place: URL, grant: [string, string][]): Promise<Token> {
    const body = new URLSearchParams(grant);
    const headers = [...common(), plain("content-type", "application/x-www-form-urlencoded")];
    const url = new URL(place);
    const { clientId, clientSecret, clientAuth } = auth;
    if (clientSecret !== undefined && clientAuth === "basic") {
      const value = `Basic ${clientCredentials(clientId, clientSecret).sent}`;
      headers.push({ name: "authorization", value, hasSecret: true });
    } else {
      const parameters = clientAuth === "query" ? url.searchParams : body;
      parameters.set("client_id", clientId);
      if (clientSecret !== undefined) parameters.set("client_secret", clientSecret);
    }
    const bytes = Buffer.from(body.toString());
    const sent = { ...base(auth.shownEndpoint), method: "POST", url, headers, body: bytes, bodyHasSecret: true };
    return tokenOf(await options.exchange.send(sent, limits, never), auth);
  }

  function tokenOf(answer: HttpAnswer, auth: OAuth2Auth): Token {
    const fields = jsonOf(answer);
    const value = fields["access_token"];
    if (answer.statusCode >= 300 || typeof value !== "string" || value === "") {
      const error = [fields["error"], fields["error_description"]].filter((text) => typeof text === "string");
      const said = error.length > 0 ? error.join(", ").slice(0, 300) : "no token is in its answer";
      throw failed(`${auth.shownEndpoint} gave no token: status ${answer.statusCode}: ${said}`, answer.statusCode);
    }
    const seconds = Number(fields["expires_in"]);
    const lifeMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : defaultLifetimeMs;
    const refreshToken = fields["refresh_token"];
    return {
      type: tokenType(fields["token_type"]),
      value,
      refreshToken: typeof refreshToken === "string" ? refreshToken : undefined,
      until: options.clock.now() + Math.max(lifeMs - marginMs, lifeMs * 0.9),
    };
  }

  return {
    endpoint,
    grant: (auth, url) => request(auth, url, grantOf(auth)),
    refresh: (auth, url, refreshToken) =>
      request(auth, url, [
        ["grant_type", "refresh_token"],
        ["refresh_token", refreshToken],
      ]),
  };
}

/** A token is shared by calls, so none of them ends its request. */
const never = new AbortController().signal;

function base(shownUrl: string): Pick<HttpRequest, "shownUrl" | "retryOn" | "auth"> {
  return { shownUrl, retryOn: new Set(), auth: undefined };
}

function plain(name: string, value: string): HttpHeader {
  return { name, value, hasSecret: false };
}

/** OpenID Connect Discovery, section 4. */
function metadataUrl(issuer: URL): URL {
  const url = new URL(issuer);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/.well-known/openid-configuration`;
  return url;
}

function grantOf({ grant, username, password, scope, parameters }: OAuth2Auth): [string, string][] {
  const pairs: [string, string][] = [["grant_type", grant]];
  if (username !== undefined) pairs.push(["username", username], ["password", password ?? ""]);
  if (scope !== undefined) pairs.push(["scope", scope]);
  return [...pairs, ...parameters];
}

/** "bearer" is written as services expect it. */
function tokenType(type: unknown): string {
  return typeof type !== "string" || !/^[\w-]+$/.test(type) || type.toLowerCase() === "bearer" ? "Bearer" : type;
}

function jsonOf({ body }: HttpAnswer): Record<string, unknown> {
  try {
    const value = JSON.parse(body.toString()) as unknown;
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function failed(message: string, status: number): HttpCallFailed {
  const retryable = status === 429 || status >= 500;
  return new HttpCallFailed("HTTP_TOKEN_FAILED", message, { retryable });
}
