/**
 * Gets OAuth 2 access tokens (RFC 6749) and keeps them until they expire. Tokens are in memory only, and belong to the project whose
 * secrets they were got with.
 */
import type { Clock } from "../core/ports.ts";
import type { OAuth2Auth } from "./http-auth.ts";
import type { HttpAnswer, HttpExchange } from "./http-exchange.ts";
import { HttpCallFailed } from "./http-failure.ts";
import type { HttpHeader, HttpRequest } from "./http-input.ts";

export interface TokenSource {
  /**
   * The value of the header Authorization. `rejected` is one that a service did not accept: it is not given again. Throws
   * HttpCallFailed; its messages hold nothing that the token endpoint said but the standard's error fields.
   */
  authorization(project: string, auth: OAuth2Auth, rejected?: string): Promise<string>;
  /** The tokens that are kept for a project, to be hidden in what services answer. */
  values(project: string): string[];
}

export interface TokenSourceOptions {
  exchange: HttpExchange;
  clock: Pick<Clock, "now">;
  userAgent: string;
}

interface Token {
  type: string;
  value: string;
  refreshToken: string | undefined;
  /** Epoch ms from which on it is not used any more. */
  until: number;
}

interface Entry {
  project: string;
  token: Token | undefined;
  /** The request for a token that is under way; all calls that need one wait for it. */
  pending: Promise<Token> | undefined;
}

const mostEntries = 1000;
const limits = { timeoutMs: 30_000, maxResponseBytes: 256 * 1024 };
/** How long a token is used that does not say when it expires. */
const defaultLifetimeMs = 300_000;
/** A token is renewed this long before it expires, or after nine tenths of its life when that is later. */
const marginMs = 30_000;

export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { clock } = options;
  /** In the order of their last use. */
  const entries = new Map<string, Entry>();

  async function authorization(project: string, auth: OAuth2Auth, rejected?: string): Promise<string> {
    const entry = entryFor(project, auth);
    const { token } = entry;
    if (token !== undefined && token.until > clock.now() && headerOf(token) !== rejected) return headerOf(token);
    const refreshToken = rejected === undefined ? token?.refreshToken : undefined;
    entry.pending ??= renewed(auth, refreshToken)
      .then((fresh) => (entry.token = fresh))
      .finally(() => (entry.pending = undefined));
    return headerOf(await entry.pending);
  }

  function entryFor(project: string, auth: OAuth2Auth): Entry {
    // Everything that decides what token comes.
    const key = JSON.stringify([project, auth]);
    const entry = entries.get(key) ?? { project, token: undefined, pending: undefined };
    entries.delete(key);
    entries.set(key, entry);
    if (entries.size > mostEntries) entries.delete(entries.keys().next().value!);
    return entry;
  }

  async function renewed(auth: OAuth2Auth, refreshToken: string | undefined): Promise<Token> {
    const url = await tokenUrl(auth);
    if (refreshToken !== undefined) {
      try {
        return await request(auth, url, [
          ["grant_type", "refresh_token"],
          ["refresh_token", refreshToken],
        ]);
      } catch (error) {
        // It may have expired itself; the grant it came from still counts.
        if (!(error instanceof HttpCallFailed)) throw error;
      }
    }
    return request(auth, url, grantOf(auth));
  }

  async function tokenUrl({ endpoint, shownEndpoint }: OAuth2Auth): Promise<URL> {
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

  async function request(auth: OAuth2Auth, endpoint: URL, grant: [string, string][]): Promise<Token> {
    const body = new URLSearchParams(grant);
    const headers = [...common(), plain("content-type", "application/x-www-form-urlencoded")];
    const url = new URL(endpoint);
    const { clientId, clientSecret, clientAuth } = auth;
    if (clientSecret !== undefined && clientAuth === "basic") {
      const value = `Basic ${Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString("base64")}`;
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
      until: clock.now() + Math.max(lifeMs - marginMs, lifeMs * 0.9),
    };
  }

  function values(project: string): string[] {
    const found: string[] = [];
    for (const entry of entries.values()) {
      if (entry.project !== project || entry.token === undefined) continue;
      found.push(entry.token.value);
      if (entry.token.refreshToken !== undefined) found.push(entry.token.refreshToken);
    }
    return found;
  }

  return { authorization, values };
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

/** RFC 6749, section 2.3.1: both parts of basic authentication are form-encoded first. */
function formEncoded(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

function headerOf({ type, value }: Token): string {
  return `${type} ${value}`;
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
