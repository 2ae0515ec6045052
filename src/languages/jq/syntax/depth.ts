/** A bound for how deep a tree is, so that what walks it can recurse. */
import { JqSyntaxError } from "../errors.ts";
import type { Node, Source } from "./tree.ts";
import { childrenOf } from "./walk.ts";

const DEEPEST = 1000;

/** Throws `JqSyntaxError` when something in `source` stands more than 1,000 levels deep: a sum of that many terms, say. */
export function checkDepth(source: Source, text: string, file: string | undefined): void {
  let level: Node[] = source.definitions.map((definition) => definition.body);
  if (source.body !== null) level.push(source.body);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > DEEPEST) {
      const before = text.slice(0, level[0]!.at);
      const line = before.split("\n").length;
      throw new JqSyntaxError(
        `filters are nested more than ${DEEPEST} deep`,
        line,
        before.length - before.lastIndexOf("\n"),
        file,
      );
    }
    level = level.flatMap(childrenOf);
  }
}
