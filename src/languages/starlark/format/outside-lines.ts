/** The lines of a text on which no statement is. */
import { isWholeLine, type SourceTree } from "../syntax/source-tree.ts";
import { startOf } from "../syntax/start-of.ts";
import type { Statement } from "../syntax/tree.ts";
import type { LooseLine } from "./statement-pieces.ts";

type LineOf = (pos: number) => number;

/** Empty lines, and those with a comment alone, that are not within a simple statement or the head of a compound one. */
export function looseLines({ file, body, comments }: SourceTree, lineOf: LineOf): LooseLine[] {
  const covered = new Set<number>();
  coverStatements(body, lineOf, covered);
  const commentOn = new Map(
    comments.filter((comment) => isWholeLine(comment, file.text)).map((comment) => [lineOf(comment.start), comment]),
  );
  const loose: LooseLine[] = [];
  for (const [i, content] of file.text.split("\n").entries()) {
    const line = i + 1;
    if (covered.has(line)) continue;
    const comment = commentOn.get(line);
    if (comment !== undefined) loose.push({ line, comment });
    else if (content.trim() === "") loose.push({ line });
  }
  return loose;
}

function coverStatements(body: readonly Statement[], lineOf: LineOf, covered: Set<number>): void {
  for (const statement of body) {
    for (let line = lineOf(startOf(statement)); line <= lineOf(endOfHead(statement)); line++) covered.add(line);
    if (statement.kind === "def") coverStatements(statement.function.body, lineOf, covered);
    else if ("body" in statement) coverStatements(statement.body, lineOf, covered);
    if (statement.kind === "if") coverStatements(statement.orElse, lineOf, covered);
  }
}

/** Before the colon; of a simple statement its end. */
function endOfHead(statement: Statement): number {
  switch (statement.kind) {
    case "def":
      return statement.close;
    case "if":
    case "while":
      return statement.condition.end;
    case "for":
      return statement.iterable.end;
    default:
      return statement.end;
  }
}
