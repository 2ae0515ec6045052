/** YAML and JSON texts to located trees, whatever they hold. Hostile texts are refused within limits. */
import { readJson } from "./read-json.ts";
import { readYaml } from "./read-yaml.ts";
import { SourceText } from "./source-text.ts";
import type { DataNode } from "./tree.ts";

/** Something that is wrong with a text. */
export interface ReadProblem {
  severity: "error" | "warning";
  /** The name of a lint rule, for warnings. */
  rule?: string;
  message: string;
  /** Where in `SourceText.text`. */
  offset: number;
}

export interface ReadDocument {
  source: SourceText;
  /** Of a file of several YAML documents all that are not empty; empty after an error. */
  roots: DataNode[];
  problems: ReadProblem[];
}

export interface ReadLimits {
  /** Characters of the text. */
  characters: number;
  /** Collections in one another. */
  depth: number;
  /** Values, each as often as aliases repeat it. */
  values: number;
}

/** For a workflow's own files. */
export const workflowLimits: ReadLimits = { characters: 2 * 1024 * 1024, depth: 100, values: 200_000 };
/** For OpenAPI and the like. */
export const documentLimits: ReadLimits = { characters: 16 * 1024 * 1024, depth: 200, values: 4_000_000 };

/** Reads a file: JSON when its name ends so, else YAML, of which JSON is a part. Never throws. */
export function readDocument(path: string, text: string, limits: ReadLimits = workflowLimits): ReadDocument {
  const source = new SourceText(path, text);
  if (source.text.length > limits.characters) {
    const most = limits.characters.toLocaleString("en");
    const message = `it has ${source.text.length.toLocaleString("en")} characters, the limit is ${most}`;
    return { source, roots: [], problems: [{ severity: "error", message, offset: 0 }] };
  }
  const control = source.text.search(controlCharacter);
  if (control >= 0) {
    const code = source.text.charCodeAt(control).toString(16).padStart(4, "0");
    const message = `the control character U+${code.toUpperCase()} cannot stand in a text file`;
    return { source, roots: [], problems: [{ severity: "error", message, offset: control }] };
  }
  return source.path.endsWith(".json") ? readJson(source, limits) : readYaml(source, limits);
}

// oxlint-disable-next-line no-control-regex
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
