/** Reads the arguments that a test has given to a verb of the kit. Each throws REQUEST_INVALID for what is none of its kind. */
import { parseDuration } from "../../core/duration.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { encodeWire, type WireValue } from "../../core/wire.ts";

export type Given = Readonly<Record<string, WireValue>>;

/** A member for an object literal; nothing for undefined. */
export function optional<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: V });
}

export function text(value: WireValue | undefined, name: string): string {
  if (typeof value === "string") return value;
  throw invalid(`${name} must be text, got ${JSON.stringify(value)}`);
}

export function optionalText(value: WireValue | undefined, name: string): string | undefined {
  return value === null || value === undefined ? undefined : text(value, name);
}

export function oneOf<const T extends string>(
  value: WireValue | undefined,
  name: string,
  values: readonly T[],
): T | undefined {
  const given = optionalText(value, name);
  if (given === undefined || (values as readonly string[]).includes(given)) return given as T | undefined;
  throw invalid(`${name} must be one of ${values.join(", ")}, got ${JSON.stringify(given)}`);
}

export function count(value: WireValue | undefined, name: string): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw invalid(`${name} must be a whole number of at least 0, got ${JSON.stringify(value)}`);
}

export function status(value: WireValue | undefined): number | undefined {
  const given = count(value, "status");
  if (given === undefined || (given >= 100 && given <= 599)) return given;
  throw invalid(`status must be from 100 to 599, got ${given}`);
}

/** A text such as "5s", or seconds, in ms. */
export function duration(value: WireValue | undefined, name: string): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "number") return value * 1000;
  return parseDuration(text(value, name));
}

export function pairs(value: WireValue | undefined): [string, string][] {
  return Object.entries((value ?? {}) as Given).map(([name, content]) => [name.toLowerCase(), text(content, name)]);
}

/** Plain JSON of a wire value. */
export function plain(value: WireValue | undefined): unknown {
  return JSON.parse(encodeWire(value ?? null));
}

export function invalid(message: string): AutoFlowError {
  return new AutoFlowError("REQUEST_INVALID", `testing: ${message}`, {
    hint: "docs/guides/testing.md tells what each export function takes.",
  });
}
