/** Data files that scripts load: JSON, YAML and text. What is loaded is a frozen value. */
import type { Location } from "../../../core/errors.ts";
import { parseOtherProjectPath } from "../../../core/source-path.ts";
import type { Thread } from "../library/builtin.ts";
import { decodeJson, JsonError } from "../library/json-decode.ts";
import { TextFile } from "../syntax/source-file.ts";
import { EvalError } from "../values/errors.ts";
import { freeze } from "../values/freeze.ts";
import { fromText, toText } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { decodeYaml, YamlProblem } from "./yaml.ts";

/** A data file does not hold what its ending says. */
export class DataProblem extends Error {
  readonly where: Location;
  constructor(message: string, where: Location) {
    super(message);
    this.name = "DataProblem";
    this.where = where;
  }
}

type Format = "json" | "yaml" | "text";

const formats: ReadonlyMap<string, Format> = new Map([
  ["json", "json"],
  ["yaml", "yaml"],
  ["yml", "yaml"],
  ["txt", "text"],
  ["md", "text"],
]);

/** Ki characters that a file may have. YAML takes longest to read, and nothing else happens meanwhile. */
const maxKiCharacters: Readonly<Record<Format, number>> = { json: 1024, yaml: 128, text: 1024 };

/** The name by which the value of every data file is loaded. */
export const dataName = "data";

/** The names that a data file at this path has, all for its one value: "data", and its ending. Undefined for a script. */
export function dataNames(path: string): readonly string[] | undefined {
  const ending = endingOf(path);
  return formats.has(ending) ? [dataName, ending] : undefined;
}

/** The value of a data file, frozen. Throws DataProblem, and LimitReached when it is more than the limits allow. */
export function readDataFile(thread: Thread, path: string, text: string): Value {
  const format = formats.get(endingOf(path))!;
  const file = new TextFile(path, text);
  const most = maxKiCharacters[format];
  if (text.length > most * 1024) {
    throw new DataProblem(`too large: a data file of this kind has at most ${most} Ki characters`, file.location(0));
  }
  try {
    const value = format === "text" ? textValue(thread, text) : structure(thread, format, file);
    freeze(value);
    return value;
  } catch (error) {
    // A value that there cannot be, such as an int of too many digits.
    throw error instanceof EvalError ? new DataProblem(toText(error.message), file.location(0)) : error;
  }
}

/** As it stands in the file, line ends included. */
function textValue(thread: Thread, text: string): string {
  thread.charge(24 + text.length);
  return fromText(text.startsWith("\ufeff") ? text.slice(1) : text);
}

function structure(thread: Thread, format: "json" | "yaml", file: TextFile): Value {
  if (format === "yaml") {
    try {
      return decodeYaml(thread, file.text);
    } catch (error) {
      if (!(error instanceof YamlProblem)) throw error;
      throw new DataProblem(`not valid YAML: ${error.message}`, file.location(error.offset));
    }
  }
  const bytes = fromText(file.text);
  try {
    return decodeJson(thread, bytes);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const before = toText(bytes.slice(0, error.offset));
    const what = toText(error.message.replace(/^at offset \d+, /, ""));
    throw new DataProblem(`not valid JSON: ${what}`, file.location(before.length));
  }
}

function endingOf(path: string): string {
  return /\.([^./]+)$/.exec(parseOtherProjectPath(path)?.path ?? path)?.[1] ?? "";
}
