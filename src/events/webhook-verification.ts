/** Who may send webhooks: a plain secret token, or signatures as Standard Webhooks defines them. */
import { createHmac, hash, timingSafeEqual } from "node:crypto";
import { AutoFlowError } from "../core/errors.ts";
import { headerText, type Headers } from "./headers.ts";

/** What a source is configured with. Several of a kind are all valid, so that they can be changed without a gap. */
export interface WebhookSecrets {
  /** As X-Gitlab-Token carries them. */
  tokens?: readonly string[];
  /** "whsec_" and base64, as GitLab shows a signing token. */
  signingTokens?: readonly string[];
}

/** Returns when the delivery is genuine; throws WEBHOOK_TOKEN_WRONG or WEBHOOK_SIGNATURE_WRONG. */
export type WebhookVerifier = (headers: Headers, rawBody: Uint8Array, nowMs: number) => void;

/** How far a signature's timestamp may be from our clock, in ms. */
const toleranceMs = 5 * 60_000;

/**
 * The check for one source. A delivery with a signature is judged by it alone, whatever its token says; one without a signature
 * by its token, when tokens are configured. Without any secret everything passes. Throws CONFIG_INVALID for a secret that is
 * empty or no signing token.
 */
export function webhookVerifier(secrets: WebhookSecrets): WebhookVerifier {
  const tokens = (secrets.tokens ?? []).map(tokenDigest);
  const keys = (secrets.signingTokens ?? []).map(signingKey);
  return (headers, rawBody, nowMs) => {
    if (keys.length > 0 && (headers["webhook-signature"] !== undefined || tokens.length === 0)) {
      checkSignature(keys, headers, rawBody, nowMs);
    } else if (tokens.length > 0) {
      checkToken(tokens, headers);
    }
  };
}

function tokenDigest(token: string): Buffer {
  if (token === "") throw new AutoFlowError("CONFIG_INVALID", "a webhook's secret token is empty");
  return digest(token);
}

/** Digests are of one length, so comparing them tells nothing about the token. */
function digest(text: string): Buffer {
  return hash("sha256", text, "buffer");
}

function signingKey(token: string): Buffer {
  const base64 = token.replace(/^whsec_/, "");
  const key = Buffer.from(base64, "base64");
  if (key.length > 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return key;
  throw new AutoFlowError("CONFIG_INVALID", "a webhook's signing token is not base64", {
    hint: 'Copy the signing token as GitLab shows it; it begins with "whsec_".',
  });
}

function checkToken(tokens: readonly Buffer[], headers: Headers): void {
  const sent = headerText(headers, "x-gitlab-token");
  if (sent === undefined) throw new AutoFlowError("WEBHOOK_TOKEN_WRONG", "the webhook has no X-Gitlab-Token");
  const sentDigest = digest(sent);
  let found = false;
  for (const token of tokens) found = timingSafeEqual(token, sentDigest) || found;
  if (!found) throw new AutoFlowError("WEBHOOK_TOKEN_WRONG", "the webhook's X-Gitlab-Token is not the configured one");
}

/** Standard Webhooks: HMAC-SHA256 of `<id>.<timestamp>.<body>`; any of the signatures may match any of the keys. */
function checkSignature(keys: readonly Buffer[], headers: Headers, rawBody: Uint8Array, nowMs: number): void {
  const id = headerText(headers, "webhook-id");
  const timestamp = headerText(headers, "webhook-timestamp");
  const signatures = headerText(headers, "webhook-signature");
  if (signatures === undefined) throw wrongSignature("the webhook has no webhook-signature");
  if (id === undefined) throw wrongSignature("the webhook is signed and has no webhook-id");
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) {
    throw wrongSignature(
      `the webhook is signed and its webhook-timestamp is ${JSON.stringify(timestamp ?? "missing")}`,
    );
  }
  const ageMs = nowMs - Number(timestamp) * 1000;
  if (Math.abs(ageMs) > toleranceMs) {
    const seconds = Math.round(Math.abs(ageMs) / 1000);
    throw wrongSignature(`the webhook's timestamp is ${seconds} seconds ${ageMs > 0 ? "old" : "in the future"}`);
  }
  if (!someSignatureMatches(keys, signatures, `${id}.${timestamp}.`, rawBody)) {
    throw wrongSignature("the webhook's signature does not match its body");
  }
}

function someSignatureMatches(keys: readonly Buffer[], signatures: string, head: string, rawBody: Uint8Array): boolean {
  const sent: Buffer[] = [];
  for (const signature of signatures.split(/\s+/)) {
    if (signature.startsWith("v1,")) sent.push(Buffer.from(signature.slice(3), "base64"));
  }
  return keys.some((key) => {
    const expected = createHmac("sha256", key).update(head).update(rawBody).digest();
    return sent.some((bytes) => bytes.length === expected.length && timingSafeEqual(bytes, expected));
  });
}

function wrongSignature(message: string): AutoFlowError {
  return new AutoFlowError("WEBHOOK_SIGNATURE_WRONG", message);
}
