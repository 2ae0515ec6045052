/** application.properties: the format of Java's Properties, with places. */
import type { Location } from "../../../core/errors.ts";
import { SourceText } from "../document/source-text.ts";

export interface Property {
  key: string;
  value: string;
  at: Location;
}

/** All properties of a text, in its order; of a key that is there twice the last one counts. */
export function readProperties(path: string, text: string): Property[] {
  const source = new SourceText(path, text);
  const found = new Map<string, Property>();
  let offset = 0;
  while (offset < source.text.length) {
    const start = offset;
    let logical = "";
    for (;;) {
      const end = lineEnd(source.text, offset);
      const line = source.text.slice(offset, end);
      offset = end + 1;
      const isContinued = !isComment(logical + line) && /(?:^|[^\\])(?:\\\\)*\\$/.test(line);
      logical += (logical === "" ? line : line.trimStart()).slice(0, isContinued ? -1 : undefined);
      if (!isContinued || offset >= source.text.length) break;
    }
    if (logical.trim() === "" || isComment(logical)) continue;
    const { key, value } = splitProperty(logical.trimStart());
    const indentation = logical.length - logical.trimStart().length;
    found.delete(key);
    found.set(key, { key, value, at: source.location(start + indentation) });
  }
  return [...found.values()];
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

function isComment(line: string): boolean {
  return /^\s*[#!]/.test(line);
}

/** At the first "=", ":" or white space that no backslash escapes. */
function splitProperty(line: string): { key: string; value: string } {
  const match = /^((?:\\.|[^\\=:\s])*)\s*[=:]?\s*/s.exec(line);
  const head = match?.[0] ?? "";
  return { key: unescape(match?.[1] ?? ""), value: unescape(line.slice(head.length)) };
}

/** `\n`, `\u0041`; a backslash before any other character is dropped. */
function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", f: "\f" };
  return text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|([^]))/g, (_, code: string | undefined, character: string) =>
    code === undefined ? (escapes[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Those of several files as one: later files count more; `%prod.` counts over no profile, other profiles do not count. */
export function mergeProperties(files: readonly Property[][]): Property[] {
  const merged = new Map<string, Property>();
  const production = new Map<string, Property>();
  for (const property of files.flat()) {
    const profile = /^%([^.]+)\.(.+)$/s.exec(property.key);
    if (profile === null) merged.set(property.key, property);
    else if (profile[1]!.split(",").includes("prod")) production.set(profile[2]!, { ...property, key: profile[2]! });
  }
  return [...new Map([...merged, ...production]).values()];
}
