/** How builtins fail: with a text, which `try … catch` sees. */
import { JqError } from "../errors.ts";
import type { Value } from "../value.ts";
import { kindOf } from "../value.ts";
import { dump } from "./dump.ts";

/** Throws the error of the program with this text. */
export function fail(text: string): never {
  throw new JqError(text);
}

/** Throws `number (1) <text>`: one value has the wrong type. */
export function failOn(value: Value, text: string): never {
  throw new JqError(`${describe(value)} ${text}`);
}

/** Throws `number (1) and string ("a") <text>`: two values do not go together. */
export function failOnBoth(a: Value, b: Value, text: string): never {
  throw new JqError(`${describe(a)} and ${describe(b)} ${text}`);
}

/** A value in an error text: its kind and how it begins. */
export function describe(value: Value): string {
  return `${kindOf(value)} (${dump(value)})`;
}
