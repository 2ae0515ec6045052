/** JSON texts of the outside: what is sent to services, and what they answer. */
import type { Value } from "../../jq/value.ts";
import { readJson, writeJson } from "../data/json.ts";
import { encodeAround } from "./secret-text.ts";

/** JSON text of a value. The secrets in its strings are to be written as JSON has it. */
export function printJson(value: Value): string {
  return writeJson(value, quoted);
}

function quoted(text: string): string {
  return `"${encodeAround(text, "json", (plain) => JSON.stringify(plain).slice(1, -1))}"`;
}

/** The value of a text that came from outside; undefined when it is no JSON. */
export function parseJson(text: string): Value | undefined {
  try {
    return readJson(text.startsWith("\ufeff") ? text.slice(1) : text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
