/** What the inputs of actions are made of: texts with secrets to fill in, and how problems of an input are told. */
import { AutoFlowError } from "../core/errors.ts";
import { type SecretPart, SecretText, type WireValue } from "../core/wire.ts";
import { hidden, percentEncoded } from "./redaction.ts";

/** Gives a secret's value; undefined when it is not configured. */
export type SecretValue = (name: string) => string | undefined;

/** The text with the values of its secrets. Throws SECRET_UNKNOWN. */
export function fill(value: string | SecretText, secret: SecretValue): string {
  if (typeof value === "string") return value;
  let text = "";
  for (const part of value.parts) text += typeof part === "string" ? part : secretPart(part, secret);
  return text;
}

function secretPart({ name, as }: Exclude<SecretPart, string>, secret: SecretValue): string {
  const value = requireSecret(name, secret);
  switch (as) {
    case undefined:
      return value;
    case "json":
      return JSON.stringify(value).slice(1, -1);
    case "percent":
      return percentEncoded(value);
    default:
      throw new AutoFlowError("ACTION_INPUT_INVALID", `${JSON.stringify(as)} is no way to write a secret`);
  }
}

function requireSecret(name: string, secret: SecretValue): string {
  const value = secret(name);
  if (value === undefined)
    throw new AutoFlowError("SECRET_UNKNOWN", `secret ${JSON.stringify(name)} is not configured`);
  return value;
}

/** For messages: secrets are `***`. */
export function showText(value: string | SecretText): string {
  if (typeof value === "string") return value;
  return value.parts.map((part) => (typeof part === "string" ? part : hidden)).join("");
}

/** What was got, short and without contents that may be long or secret. */
export function shown(value: WireValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value instanceof SecretText) return "a text with secrets";
  if (value instanceof Uint8Array) return "bytes";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isObject(value)) return "an object";
  return typeof value === "string" ? JSON.stringify(value.slice(0, 100)) : String(value);
}

/** Whether a value is an object of names and values. */
export function isObject(value: WireValue): value is { [key: string]: WireValue } {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof SecretText)
  );
}
