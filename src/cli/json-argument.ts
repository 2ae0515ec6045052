import { readFileSync } from "node:fs";
import { AutoFlowError } from "../core/errors.ts";

/**
 * The JSON text that an argument holds or names: `@file`, or `-` for standard input. It is checked and stays text, so that large
 * numbers stay what they are. Throws REQUEST_JSON_MALFORMED, NOT_FOUND.
 */
export function parseJsonArgument(argument: string): string {
  const text = readArgument(argument);
  try {
    JSON.parse(text);
    return text.trim();
  } catch (error) {
    throw new AutoFlowError("REQUEST_JSON_MALFORMED", `${describe(argument)}: ${(error as Error).message}`, {
      hint: "Give one JSON value, @file to read one from a file, or - for standard input.",
    });
  }
}

function readArgument(argument: string): string {
  if (argument === "-") return readFileSync(0, "utf8");
  if (!argument.startsWith("@")) return argument;
  const file = argument.slice(1);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new AutoFlowError("NOT_FOUND", `cannot read ${file}: ${(error as Error).message}`, {
      hint: "The part after @ is the path of a file that holds JSON.",
    });
  }
}

function describe(argument: string): string {
  if (argument === "-") return "standard input is not JSON";
  return argument.startsWith("@") ? `${argument.slice(1)} is not JSON` : "the argument is not JSON";
}
