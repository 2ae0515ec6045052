/** The OpenID provider whose tokens the codec server takes: its discovery document and its keys. */
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from "jose";
import { isLoopbackHost } from "../../config/config.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { Clock } from "../../core/ports.ts";

export interface IdentityProviderOptions {
  /** Address of the discovery document, or of the issuer it is below. */
  url: string;
  clock: Pick<Clock, "now">;
  /** After a fetch of the keys, an unknown key id asks for them again only after so long. Default 30 s. */
  keysCooldownMs?: number | undefined;
}

/** What the provider says of itself, and how its keys are got. */
export interface IdentityProvider {
  issuer: string;
  keys: JWTVerifyGetKey;
}

const wellKnown = "/.well-known/openid-configuration";
const fetchTimeoutMs = 5000;
const answerLimit = 1024 * 1024;
const discoveryKeptMs = 60 * 60_000;
const failureKeptMs = 5000;
const keysCooldownByDefault = 30_000;

/**
 * The provider, asked when it is first needed and again every hour; what was got stays in use while it cannot be reached. Rejects with
 * CODEC_PROVIDER_UNREACHABLE, at once when it could not be reached a moment ago. Throws CONFIG_INVALID for an address that cannot be.
 */
export function createIdentityProvider(options: IdentityProviderOptions): () => Promise<IdentityProvider> {
  const address = discoveryAddress(options.url);
  const fetchJson = createBoundedFetch(options.clock);
  let known: { at: number; provider: IdentityProvider } | undefined;
  let underWay: Promise<IdentityProvider> | undefined;

  const discover = async (): Promise<IdentityProvider> => {
    const document = (await (await fetchJson(address.href)).json()) as { issuer?: unknown; jwks_uri?: unknown };
    const provider = readDocument(document, address, fetchJson, options.keysCooldownMs ?? keysCooldownByDefault);
    known = { at: options.clock.now(), provider };
    return provider;
  };
  return async () => {
    if (known !== undefined && options.clock.now() - known.at < discoveryKeptMs) return known.provider;
    underWay ??= discover().finally(() => (underWay = undefined));
    try {
      return await underWay;
    } catch (error) {
      if (known === undefined) throw error;
      return known.provider;
    }
  };
}

function discoveryAddress(url: string): URL {
  const address = URL.parse(url);
  if (address === null) throw new AutoFlowError("CONFIG_INVALID", `temporal_oidc_url ${JSON.stringify(url)} is no URL`);
  checkAddress(address, "temporal_oidc_url");
  if (!address.pathname.endsWith(wellKnown)) {
    address.pathname = address.pathname.replace(/\/$/, "") + wellKnown;
  }
  return address;
}

/** Whoever can change what the provider answers can make tokens, so it is asked by HTTPS, or on this machine. */
function checkAddress({ protocol, hostname, href }: URL, name: string): void {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  if (protocol === "https:" || (protocol === "http:" && isLoopbackHost(host))) return;
  throw new AutoFlowError("CONFIG_INVALID", `${name} ${href} must begin with https://`);
}

function readDocument(
  { issuer, jwks_uri: keysAddress }: { issuer?: unknown; jwks_uri?: unknown },
  address: URL,
  fetchJson: BoundedFetch,
  cooldownDuration: number,
): IdentityProvider {
  if (typeof issuer !== "string" || typeof keysAddress !== "string" || !URL.canParse(keysAddress)) {
    throw unreachable(`${address.href} is no discovery document: it has no issuer or no jwks_uri`);
  }
  // OpenID Connect Discovery 4.3: a document must be that of the issuer it names.
  if (issuer.replace(/\/$/, "") + wellKnown !== address.href) {
    throw unreachable(`${address.href} names the issuer ${JSON.stringify(issuer)}, which is not where it is`);
  }
  const keysUrl = new URL(keysAddress);
  checkAddress(keysUrl, "jwks_uri");
  const keys = createRemoteJWKSet(keysUrl, {
    cooldownDuration,
    timeoutDuration: fetchTimeoutMs,
    [customFetch]: (url) => fetchJson(url),
  });
  return { issuer, keys };
}

type BoundedFetch = (url: string) => Promise<Response>;

/**
 * Gets small JSON documents: no redirects, bounded in time and size. After a failure it fails at once for a while, so that requests
 * with made-up tokens do not become requests to a provider in trouble.
 */
function createBoundedFetch({ now }: Pick<Clock, "now">): BoundedFetch {
  const failures = new Map<string, { at: number; error: AutoFlowError }>();
  return async (url) => {
    const last = failures.get(url);
    if (last !== undefined && now() - last.at < failureKeptMs) throw last.error;
    try {
      const response = await fetch(url, {
        headers: { accept: "application/json" },
        redirect: "error",
        signal: AbortSignal.timeout(fetchTimeoutMs),
      });
      if (response.status !== 200) throw unreachable(`${url} answers with status ${response.status}`);
      const text = await boundedText(response, url);
      JSON.parse(text);
      failures.delete(url);
      return new Response(text, { status: 200, headers: { "content-type": "application/json" } });
    } catch (cause) {
      const error =
        cause instanceof AutoFlowError ? cause : unreachable(`${url} cannot be read: ${reason(cause)}`, cause);
      failures.set(url, { at: now(), error });
      throw error;
    }
  };
}

async function boundedText(response: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > answerLimit) throw unreachable(`${url} answers with more than ${answerLimit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function reason(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

function unreachable(message: string, cause?: unknown): AutoFlowError {
  return new AutoFlowError("CODEC_PROVIDER_UNREACHABLE", message, { cause });
}
