/**
 * Files of short programs, each followed by what it prints (`#>`) or the error it ends with (`#!`), as starlark-go answered; an
 * empty line comes between two. Comments begin with `# `.
 */
import assert from "node:assert/strict";

export interface Example {
  line: number;
  source: string;
  /** Lines that begin with `#>` or `#!`. */
  expected: string[];
}

/** The programs of such a file. Fails when one has no expectation. */
export function readExamples(text: string): Example[] {
  const examples: Example[] = [];
  let source: string[] = [];
  let expected: string[] = [];
  text.split("\n").forEach((content, i) => {
    if (content.startsWith("#>") || content.startsWith("#!")) expected.push(content);
    else if (content === "" && expected.length > 0) {
      examples.push({ line: i - source.length - expected.length + 1, source: source.join("\n"), expected });
      [source, expected] = [[], []];
    } else if (content !== "" && !content.startsWith("# ")) source.push(content);
  });
  assert.deepEqual(source, [], "a program without expectation");
  return examples;
}
