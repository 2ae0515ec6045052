/** One batch of programs through our jq and the native one. */
import { compileJq } from "../../../src/languages/jq/jq.ts";
import { JqError, JqLimitError, JqSyntaxError } from "../../../src/languages/jq/errors.ts";
import type { NativeContext } from "../../../src/languages/jq/library/contract.ts";
import { printJson } from "../../../src/languages/jq/library/json-print.ts";
import { parseJson } from "../../../src/languages/jq/library/json-text.ts";
import { Random } from "../../../src/languages/starlark/testing/fuzz/random.ts";
import { exceptionFor } from "./exceptions.ts";
import { Generator } from "./generate.ts";
import { inputs } from "./inputs.ts";
import { compilesNatively, runNative } from "./native-jq.ts";

/** What comparing came to. */
export interface Findings {
  compared: number;
  /** Programs that ours or the native jq gave up on: too many steps, a crash, no end. */
  gaveUp: number;
  /** How often each listed exception was met. */
  exceptions: Map<string, number>;
  differences: Difference[];
}

/** A program with two answers. */
export interface Difference {
  readonly program: string;
  readonly native: string;
  readonly ours: string;
}

/** Nothing found yet. */
export function noFindings(): Findings {
  return { compared: 0, gaveUp: 0, exceptions: new Map(), differences: [] };
}

/** Does not count anything: for printing what is here already. */
const plain: NativeContext = { level: "1.6", charge() {}, allocate() {}, now: () => 0, regex: new Map() };
const limits = { steps: 300_000, bytes: 32 * 1024 * 1024, depth: 10_000 };
const variables = new Map(inputs.map((text, i) => [`i${i}`, parseJson(plain, text)]));
const names = [...variables.keys()];

/** `inputs` as native variables. */
const nativePrelude: string = inputs.map((text, i) => `(${JSON.stringify(text)} | fromjson) as $i${i} | `).join("");

/** The program whose one output is all that `program` gives, the error at the end included. */
function wrapped(program: string): string {
  return `[try (${program} | [0, .]) catch [1, .]]`;
}

/** `count` programs, from `seed` on. */
export function programs(seed: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => new Generator(new Random(seed + i)).program());
}

/** Our answer to a program: JSON, or why there is none; `gave up` when it took too long. */
function ourAnswer(program: string): string {
  try {
    const outputs = compileJq(wrapped(program), { variables: names }).all(null, variables, limits);
    return outputs.map((output) => printJson(plain, output)).join(" ");
  } catch (error) {
    if (error instanceof JqLimitError) return "gave up";
    if (error instanceof JqSyntaxError) return `syntax error: ${error.message}`;
    if (error instanceof JqError) return `error: ${error.message}`;
    return `CRASH: ${error instanceof Error ? error.stack : String(error)}`;
  }
}

/** Compares `sources` and adds to `findings`. `scratch` is a file that may be overwritten. */
export function compareAll(jq: string, scratch: string, sources: readonly string[], findings: Findings): void {
  const answers = new Map<string, string>();
  for (const source of sources) {
    const answer = ourAnswer(source);
    if (answer === "gave up") findings.gaveUp++;
    else if (answer.startsWith("syntax error: ")) {
      findings.compared++;
      const native = compilesNatively({ file: jq, prelude: nativePrelude, scratch }, wrapped(source));
      if (native) findings.differences.push({ program: source, native: "compiles", ours: answer });
    } else if (/^(?:CRASH|error): /.test(answer)) {
      findings.differences.push({ program: source, native: "(not asked)", ours: answer });
    } else answers.set(source, answer);
  }
  const asked = [...answers.keys()];
  const natives = runNative({ file: jq, prelude: nativePrelude, scratch }, asked.map(wrapped));
  for (const [i, source] of asked.entries()) {
    const native = natives[i]!;
    if (native === "gave up") findings.gaveUp++;
    else judge({ program: source, native: native.text, ours: answers.get(source)! }, findings);
  }
}

function judge(difference: Difference, findings: Findings): void {
  findings.compared++;
  if (difference.native === difference.ours) return;
  const exception = exceptionFor(difference);
  if (exception === undefined) findings.differences.push(difference);
  else findings.exceptions.set(exception, (findings.exceptions.get(exception) ?? 0) + 1);
}

/** The findings in a few lines. */
export function summaryOf(findings: Findings): string {
  const exceptions = [...findings.exceptions].map(([name, count]) => `  ${count} × ${name}`);
  const head = `${findings.compared} programs compared with jq 1.6, ${findings.differences.length} differences, ${findings.gaveUp} given up`;
  return [head, ...exceptions].join("\n");
}
