/** Reads the input of an HTTP call: checks it and fills secrets in. */
import { validateHeaderName, validateHeaderValue } from "node:http";
import { AutoFlowError } from "../core/errors.ts";
import { decodeWire, SecretText, type WireText, type WireValue } from "../core/wire.ts";
import { readAuth, type HttpAuth } from "./http-auth.ts";
import { type HttpSignature, readSignature } from "./http-signature.ts";
import { fill, isObject, type SecretValue, shown, showText } from "./input-texts.ts";

/** A call that is ready to be sent: secrets are filled in, so nothing of it but `shownUrl` may be shown. */
export interface HttpRequest {
  method: string;
  url: URL;
  /** For messages: secrets are `***`. */
  shownUrl: string;
  headers: HttpHeader[];
  body: Buffer | undefined;
  bodyHasSecret: boolean;
  /** Statuses that count as failures to be tried again. */
  retryOn: ReadonlySet<number>;
  auth: HttpAuth | undefined;
  /** Absent: it is not signed. */
  signature?: HttpSignature | undefined;
}

export interface HttpHeader {
  name: string;
  value: string;
  hasSecret: boolean;
}

/**
 * Statuses that say "again later": timeout, too early, too many, bad gateway, unavailable, gateway timeout. 500 is not among
 * them: it is as often an error that will stay, and a POST that ended in it may have done its work.
 */
const defaultRetryOn: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504]);

/** The connection belongs to the client: a script that set these could smuggle a second request. */
const connectionHeaders = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * The request that an input describes: `{"method", "url", "headers": [[name, value], …], "body", "retry_on", "auth",
 * "sign"}`; url, header values and body may be texts with secrets; all but method and url may be absent or null; `auth` is told in
 * `http-auth.ts`, `sign` in `http-signature.ts`. `secret` gives a secret's value. Throws ACTION_INPUT_INVALID, SECRET_UNKNOWN.
 */
export function readHttpInput(input: WireText, secret: (name: string) => string | undefined): HttpRequest {
  const fields = inputFields(input);
  const { url, shownUrl } = readUrl(fields["url"], secret);
  const body = readBody(fields["body"], secret);
  return {
    method: readMethod(fields["method"]),
    url,
    shownUrl,
    headers: readHeaders(fields["headers"], secret),
    body: body?.bytes,
    bodyHasSecret: body?.hasSecret ?? false,
    retryOn: readRetryOn(fields["retry_on"]),
    auth: readAuth(fields["auth"], secret),
    signature: readSignature(fields["sign"], secret),
  };
}

const inputFieldNames = new Set(["method", "url", "headers", "body", "retry_on", "auth", "sign"]);

function inputFields(input: WireText): { [key: string]: WireValue } {
  let value: WireValue;
  try {
    value = decodeWire(input);
  } catch (cause) {
    throw invalid("it is not wire text", { cause });
  }
  if (!isObject(value)) throw invalid("it is not an object");
  const unknown = Object.keys(value).find((key) => !inputFieldNames.has(key));
  if (unknown !== undefined) throw invalid(`${JSON.stringify(unknown)} is not one of its fields`);
  return value;
}

function readMethod(value: WireValue | undefined): string {
  if (typeof value !== "string" || !/^[A-Za-z][A-Za-z-]{0,31}$/.test(value)) {
    throw invalid(`method must be a word such as "GET", got ${shown(value)}`);
  }
  const method = value.toUpperCase();
  if (method === "CONNECT" || method === "TRACE") throw invalid(`method ${method} is not allowed`);
  return method;
}

function readUrl(value: WireValue | undefined, secret: SecretValue): { url: URL; shownUrl: string } {
  if (typeof value !== "string" && !(value instanceof SecretText))
    throw invalid(`url must be text, got ${shown(value)}`);
  const shownUrl = showText(value);
  const url = URL.parse(fill(value, secret));
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw invalid(`url must be an absolute http or https address, got ${JSON.stringify(shownUrl)}`);
  }
  if (url.username !== "" || url.password !== "") {
    throw invalid(`url must not hold a user name or password: ${url.protocol}//…@${url.host}`, {
      hint: "Send them in an Authorization header, with the password as a secret.",
    });
  }
  url.hash = "";
  return { url, shownUrl };
}

function readHeaders(value: WireValue | undefined, secret: SecretValue): HttpHeader[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`headers must be a list of [name, value] pairs, got ${shown(value)}`);
  return value.map((pair) => readHeader(pair, secret));
}

function readHeader(pair: WireValue, secret: SecretValue): HttpHeader {
  const [name, value] = Array.isArray(pair) && pair.length === 2 ? pair : [];
  if (typeof name !== "string" || (typeof value !== "string" && !(value instanceof SecretText))) {
    throw invalid(`each header must be a [name, value] pair of texts, got ${shown(pair)}`);
  }
  if (connectionHeaders.has(name.toLowerCase())) {
    throw invalid(`header ${JSON.stringify(name)} is set by the HTTP client itself`, { hint: "Leave it out." });
  }
  const filled = fill(value, secret);
  try {
    validateHeaderName(name);
    validateHeaderValue(name, filled);
  } catch {
    // Node's own message could show the value.
    throw invalid(`header ${JSON.stringify(name)} has a character that HTTP does not allow, such as a line break`, {
      hint: "A secret that was read from a file often ends with a line break.",
    });
  }
  return { name, value: filled, hasSecret: value instanceof SecretText };
}

function readBody(
  value: WireValue | undefined,
  secret: SecretValue,
): { bytes: Buffer; hasSecret: boolean } | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return { bytes: Buffer.from(value), hasSecret: false };
  if (value instanceof SecretText) return { bytes: Buffer.from(fill(value, secret)), hasSecret: true };
  if (value instanceof Uint8Array) {
    return { bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength), hasSecret: false };
  }
  throw invalid(`body must be text or bytes, got ${shown(value)}`);
}

function readRetryOn(value: WireValue | undefined): ReadonlySet<number> {
  if (value === undefined || value === null) return defaultRetryOn;
  const isStatus = (item: WireValue): item is number =>
    Number.isInteger(item) && Number(item) >= 100 && Number(item) <= 599;
  if (Array.isArray(value) && value.every(isStatus)) return new Set(value);
  throw invalid(`retry_on must be a list of HTTP statuses, got ${shown(value)}`);
}

function invalid(problem: string, details: { hint?: string; cause?: unknown } = {}): AutoFlowError {
  return new AutoFlowError("ACTION_INPUT_INVALID", `input of the http action: ${problem}`, details);
}
