/** Scalars as the texts that were meant, with the place where the text begins. */
import { placeOf, type ScalarNode } from "../../serverless-workflow/document/tree.ts";
import type { SourceCode } from "../model.ts";

/** What the author wrote for a number or a boolean. */
export function textOf({ value, written }: ScalarNode): string {
  if (typeof value === "string") return value;
  return value === null ? "" : written;
}

/** A scalar's text and the place of its first character, so that places in it are places in the file. */
export function codeOf(node: ScalarNode): SourceCode {
  const text = textOf(node);
  const { written, source, offset } = node;
  const block = /^[|>][^\n]*\n/.exec(written);
  if (block === null) {
    const quoted = typeof node.value === "string" && /^["']/.test(written);
    return { text, at: source.location(offset + (quoted ? 1 : 0)), ...(!written.includes("\n") && { indentation: 0 }) };
  }
  const [first = ""] = /^[ ]*(?=\S)/m.exec(written.slice(block[0].length)) ?? [];
  const blank = /^(?:[ ]*\n)*/.exec(written.slice(block[0].length))?.[0].length ?? 0;
  const kept = /^\n*/.exec(text)?.[0].length ?? 0;
  const at = source.location(offset + block[0].length + (kept > 0 ? 0 : blank) + first.length);
  // The lines of a folded text are not those of the file.
  return written.startsWith("|") ? { text, at, indentation: first.length } : { text, at: placeOf(node) };
}
