import { readFileSync } from "node:fs";
import { AutoFlowError } from "../core/errors.ts";

/** The value of an argument that holds JSON, or names where it is: `@file`, or `-` for standard input. */
export function parseJsonArgument(argument: string): unknown {
  const text = readArgument(argument);
  try {
    return JSON.parse(text) as unknown;
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
