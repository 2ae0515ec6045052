/**
 * Test programs with their expectations on the output as a whole, in the format of bazelbuild/starlark's test suite, which several
 * implementations share:
 *
 *     assert_eq(1 + 1, 2)
 *     ---
 *     1 // 0              ### division by zero
 *     x = [1][2]          ### (go|java): out of range
 *
 * A line `---` separates programs. `###` is followed by a regular expression, or a text, that is looked for in all that the program
 * printed and reported. With names of implementations in front it concerns only those. A program without one must not fail.
 */
import { Evaluator, type EvaluatorOptions } from "../run/evaluate.ts";
import { EvaluationError } from "../run/evaluation-error.ts";
import { toText } from "../values/text.ts";

/** One program. */
export interface OutputChunk {
  /** The program, after as many empty lines as precede it in the file, so that its line numbers are the file's. */
  source: string;
  firstLine: number;
  /** What must be in the output, of the expectations that concern us. */
  expected: { line: number; text: string }[];
}

/** We answer as the implementation in Go does. */
const implementation = "go";

const mark = /###\s*(?:\(([a-z|\s]+)\)\s*:?|([a-z]+(?:\|[a-z]+)*)\s*:)?\s*(.*)$/;

/** Splits the text of such a file. */
export function readOutputChunks(text: string): OutputChunk[] {
  const chunks: OutputChunk[] = [];
  let firstLine = 1;
  for (const part of text.split(/^---$/m)) {
    const lines = part.split("\n");
    if (chunks.length > 0) {
      lines.shift();
      firstLine++;
    }
    chunks.push({
      source: "\n".repeat(firstLine - 1) + lines.join("\n"),
      firstLine,
      expected: lines.flatMap((line, i) => {
        const found = mark.exec(line);
        return found === null || !concernsUs(found) ? [] : [{ line: firstLine + i, text: found[3]!.trim() }];
      }),
    });
    firstLine += lines.length - 1;
  }
  return chunks;
}

const implementations = new Set(["go", "java", "rust"]);

function concernsUs([, bracketed, plain, rest]: RegExpExecArray): boolean {
  const named = (bracketed ?? plain)?.split("|").map((name) => name.trim());
  if (named === undefined) return rest !== "";
  // "key: …" may also be the beginning of a message.
  return !named.every((name) => implementations.has(name)) || named.includes(implementation);
}

/** What such programs check with; what fails ends the program. */
const prelude = `
def assert_eq(x, y):
    if x != y:
        fail("%r != %r" % (x, y))

def assert_ne(x, y):
    if x == y:
        fail("%r == %r" % (x, y))

def assert_(condition, message = "assertion failed"):
    if not condition:
        fail(message)
`;

/** Runs one program; answers what is wrong with its output, one sentence each. */
export function outputProblems(path: string, chunk: OutputChunk, options: EvaluatorOptions = {}): string[] {
  const { output, failed } = run(path, chunk.source, options);
  if (chunk.expected.length === 0) return failed ? [`${path}:${chunk.firstLine}: unexpected failure: ${output}`] : [];
  const problems = failed ? [] : [`${path}:${chunk.firstLine}: it did not fail`];
  for (const { line, text } of chunk.expected) {
    if (!contains(output, text)) problems.push(`${path}:${line}: no "${text}" in: ${output}`);
  }
  return problems;
}

function run(path: string, source: string, options: EvaluatorOptions): { output: string; failed: boolean } {
  const lines: string[] = [];
  const library = [...(options.library ?? []), { path: "prelude.star", source: prelude }];
  try {
    new Evaluator({ ...options, library, print: (line) => lines.push(line) }).evaluate(path, source);
    return { output: lines.join("\n"), failed: false };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const traceback = error.failure === undefined ? "" : toText(error.failure.traceback);
    const problems = error.problems.map(
      ({ message, where }) => `${where.file}:${where.line}:${where.column}: ${message}`,
    );
    return { output: [...lines, traceback, ...problems].join("\n"), failed: true };
  }
}

function contains(output: string, wanted: string): boolean {
  if (output.includes(wanted)) return true;
  try {
    return new RegExp(wanted).test(output);
  } catch {
    return false;
  }
}
