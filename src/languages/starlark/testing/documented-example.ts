/**
 * Examples of documentation: Starlark whose lines say in a comment what they come to.
 *
 *   expression  # => its repr
 *   print(x)    # prints: what it prints, with \n for further lines
 *   statement   # error: a part of the message with which the example ends
 */
import assert from "node:assert/strict";

export interface Example {
  /** The lines, expressions with `# =>` printed. */
  source: string;
  /** What it prints in all. */
  output: string[];
  /** Where it fails and with what, when it does. */
  error?: { line: number; message: string };
}

/** Reads the marks of an example. */
export function readExample(text: string): Example {
  const example: Example = { source: "", output: [] };
  const lines = text.split("\n").map((line, index) => {
    const mark = /^(.*?)\s*# (=>|prints:|error:) (.*)$/.exec(line);
    if (mark === null) return line;
    const [, code = "", kind, expected = ""] = mark;
    if (kind === "error:") example.error = { line: index + 1, message: expected };
    else example.output.push(...(kind === "=>" ? [expected] : expected.split(String.raw`\n`)));
    if (kind !== "=>") return code;
    const indent = /^\s*/.exec(code)![0];
    return `${indent}print(repr(${code.slice(indent.length)}))`;
  });
  example.source = lines.join("\n");
  return example;
}

/** What became of running an example. */
export interface Performed {
  output: string[];
  /** The lines that the error names: of all frames, or of the problem. */
  error?: { lines: number[]; message: string } | undefined;
}

/** Fails the test when an example does not do what it says. */
export function checkExample(example: Example, performed: Performed): void {
  const { error } = example;
  const failed = performed.error;
  if (error === undefined) assert.equal(failed, undefined);
  else {
    assert.ok(failed?.message.includes(error.message) === true, `it fails with ${JSON.stringify(failed)}`);
    assert.ok(failed.lines.includes(error.line), `it fails in line ${failed.lines.join()}`);
  }
  assert.deepEqual(performed.output, example.output);
}
