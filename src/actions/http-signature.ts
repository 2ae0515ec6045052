/**
 * Signatures of a request's body, by which a receiver knows who sent it: HMAC-SHA256 in a header, or Standard Webhooks. They are made
 * here because only an action knows the values of secrets.
 */
import { createHmac } from "node:crypto";
import { AutoFlowError } from "../core/errors.ts";
import { SecretText, type WireValue } from "../core/wire.ts";
import { fill, isObject, type SecretValue, shown } from "./input-texts.ts";

/** How a request is to be signed, with the key filled in. */
export type HttpSignature =
  | { scheme: "hmac"; key: Buffer; header: string; prefix: string; encoding: "hex" | "base64" }
  | { scheme: "standard"; key: Buffer };

const fieldsOf = {
  hmac: ["scheme", "secret", "header", "prefix", "encoding"],
  standard: ["scheme", "secret"],
};

/**
 * The `sign` of an input: `{"scheme": "hmac", "secret", "header", "prefix", "encoding": "hex" | "base64"}` for a header with the HMAC-SHA256
 * of the body, or `{"scheme": "standard", "secret": "whsec_…"}` (standardwebhooks.com). Undefined for none. Throws
 * ACTION_INPUT_INVALID, SECRET_UNKNOWN.
 */
export function readSignature(value: WireValue | undefined, secret: SecretValue): HttpSignature | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalid(`it must be an object, got ${shown(value)}`);
  const scheme = value["scheme"] ?? "hmac";
  if (scheme !== "hmac" && scheme !== "standard") {
    throw invalid(`scheme must be "hmac" or "standard", got ${shown(scheme)}`);
  }
  const unknown = Object.keys(value).find((name) => !fieldsOf[scheme].includes(name));
  if (unknown !== undefined) throw invalid(`${JSON.stringify(unknown)} is not one of its fields`);
  const key = readKey(value["secret"], secret);
  if (scheme === "standard") return { scheme, key: standardKey(key) };
  const encoding = value["encoding"] ?? "hex";
  if (encoding !== "hex" && encoding !== "base64") {
    throw invalid(`encoding must be "hex" or "base64", got ${shown(encoding)}`);
  }
  const header = plainText(value["header"], "header", "X-Hub-Signature-256");
  if (!/^[A-Za-z0-9-]+$/.test(header)) throw invalid(`header must be the name of a header, got ${shown(header)}`);
  const prefix = plainText(value["prefix"], "prefix", "sha256=");
  if (!/^[\x20-\x7e]*$/.test(prefix)) throw invalid(`prefix must be of printable ASCII, got ${shown(prefix)}`);
  return { scheme, key: Buffer.from(key), header, prefix, encoding };
}

/** The headers that sign a body. `id` is the same on every attempt, `now` in epoch ms. */
export function signatureHeaders(
  signature: HttpSignature,
  body: Buffer | undefined,
  { id, now }: { id: string; now: number },
): { name: string; value: string }[] {
  const content = body ?? Buffer.alloc(0);
  if (signature.scheme === "hmac") {
    const made = createHmac("sha256", signature.key).update(content).digest(signature.encoding);
    return [{ name: signature.header, value: `${signature.prefix}${made}` }];
  }
  const timestamp = String(Math.floor(now / 1000));
  const made = createHmac("sha256", signature.key).update(`${id}.${timestamp}.`).update(content).digest("base64");
  return [
    { name: "webhook-id", value: id },
    { name: "webhook-timestamp", value: timestamp },
    { name: "webhook-signature", value: `v1,${made}` },
  ];
}

function readKey(value: WireValue | undefined, secret: SecretValue): string {
  if (typeof value !== "string" && !(value instanceof SecretText)) {
    throw invalid(`secret must be text, got ${shown(value)}`);
  }
  const key = fill(value, secret);
  if (key === "") throw invalid("secret is empty");
  return key;
}

/** The key of Standard Webhooks is in base64, with or without what it begins with in the open. */
function standardKey(text: string): Buffer {
  const encoded = text.replace(/^whsec_/, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) {
    throw invalid("secret must be base64, as in whsec_…, for the scheme standard");
  }
  return Buffer.from(encoded, "base64");
}

function plainText(value: WireValue | undefined, name: string, byDefault: string): string {
  if (value === undefined || value === null) return byDefault;
  if (typeof value === "string") return value;
  throw invalid(`${name} must be text, got ${shown(value)}`);
}

function invalid(problem: string): AutoFlowError {
  return new AutoFlowError("ACTION_INPUT_INVALID", `input of the http action: sign: ${problem}`);
}
