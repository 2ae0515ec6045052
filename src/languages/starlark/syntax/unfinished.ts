/** Whether somebody who types a program has more to say. */
import type { SyntaxProblem } from "./problem.ts";
import { RecoveringScanner } from "./recovering-scanner.ts";

/** What is missing before lines can be evaluated: the rest of a literal or bracket, or what else belongs to a block. */
export type Missing = "nothing" | "rest" | "block";

/**
 * Tells what is missing of lines that begin a statement. A block wants more lines until one is empty, or begins at the left and is
 * not `else` or `elif`: see `endsBlock`.
 */
export function missingOf(text: string): Missing {
  const problems: SyntaxProblem[] = [];
  const scanner = new RecoveringScanner(text, problems);
  scanner.next();
  const isBlock = ["def", "if", "for", "while"].includes(scanner.token);
  while (scanner.token !== "end of file") scanner.next();
  const endsInString = problems.some(({ message }) => message === "unexpected EOF in string");
  if (endsInString || scanner.isBetweenBrackets || text.endsWith("\\\n")) return "rest";
  return isBlock ? "block" : "nothing";
}

/** Whether a line that follows a block, outside brackets and strings, is no part of it. */
export function endsBlock(line: string): boolean {
  return !/^[ \t#]/.test(line) && !/^(?:else|elif)\b/.test(line);
}
