/** Programs that nest things deeply, in values and in their texts, and what becomes of them: nothing may recurse without a bound. */
import { AutoFlowError } from "../../../core/errors.ts";
import { Evaluator } from "../run/evaluate.ts";
import { EvaluationError } from "../run/evaluation-error.ts";

const depth = 20_000;

const nestings: Record<string, string> = {
  list: "[x]",
  tuple: "(x,)",
  dict: '{"a": x}',
  struct: "struct(a = x)",
  closure: "(lambda v: lambda: v)(x)",
  method: "[x].append",
};

const uses: Record<string, string> = {
  str: "str(x)",
  format: '"%s {}".format(x)',
  fail: "fail(x)",
  equal: "x == y",
  key: "{x: 1}",
  missing: "{1: 1}[x]",
  json: "json.encode(x)",
  sort: "sorted([x, y])",
  in: "x in [y]",
  concatenate: "[x] + [y]",
};

const texts: Record<string, string> = {
  parentheses: `x = ${"(".repeat(depth)}1${")".repeat(depth)}`,
  lists: `x = ${"[".repeat(depth)}${"]".repeat(depth)}`,
  dicts: `x = ${"{1:".repeat(depth)}1${"}".repeat(depth)}`,
  calls: `x = ${"len(".repeat(depth)}${")".repeat(depth)}`,
  suffixes: `x = len${"()".repeat(depth)}`,
  nots: `x = ${"not ".repeat(depth)}1`,
  minus: `x = ${"-".repeat(depth)}1`,
  sums: `x = 1${"+1".repeat(depth)}`,
  conditions: `x = 1${" if 1 else 1".repeat(depth / 4)}`,
  lambdas: `x = ${"lambda: ".repeat(depth / 4)}1`,
  clauses: `x = [1 for a in []${" for b in []".repeat(depth / 4)}]`,
  comprehensions: `x = ${"[".repeat(150)}1${" for a in []]".repeat(150)}`,
  targets: `${"[".repeat(depth)}x${"]".repeat(depth)} = 1`,
  blocks: Array.from({ length: 150 }, (_, i) => `${" ".repeat(i)}if 1:`).join("\n") + `\n${" ".repeat(150)}x = 1`,
  functions: Array.from({ length: 150 }, (_, i) => `${" ".repeat(i)}def f():`).join("\n") + `\n${" ".repeat(150)}x = 1`,
  deepest: `x = ${"[".repeat(190)}${"]".repeat(190)}\ny = str(x)\nz = ${"(".repeat(190)}1${")".repeat(190)}`,
  "deepest json": `x = json.decode("[" * 490 + "]" * 490)\ny = json.encode(x)\nz = str(x)\nw = json.encode_indent(x)`,
  "too deep json": `x = json.decode("[" * ${depth} + "]" * ${depth})`,
  "too deep objects": `x = json.decode("{\\"a\\":" * ${depth} + "1" + "}" * ${depth})`,
  recursion: "def f(n):\n    return 1 + f(n + 1)\nf(0)",
};

/** By name: "ok", the error of the program, or "fault" and what went wrong in us. */
export function deepOutcomes(): Record<string, string> {
  const outcomes: Record<string, string> = {};
  for (const [nesting, step] of Object.entries(nestings)) {
    const head = `def f():\n    x = 1\n    for i in range(${depth}):\n        x = ${step}\n    return x\nx, y = f(), f()\n`;
    for (const [use, text] of Object.entries(uses)) outcomes[`${nesting} ${use}`] = outcomeOf(`${head}z = ${text}\n`);
  }
  for (const [name, text] of Object.entries(texts)) outcomes[name] = outcomeOf(`${text}\n`);
  return outcomes;
}

function outcomeOf(source: string): string {
  try {
    new Evaluator({ limits: { memoryBytes: 64 * 1024 * 1024 } }).evaluate("main.star", source);
    return "ok";
  } catch (error) {
    if (error instanceof EvaluationError || error instanceof AutoFlowError) return error.message.slice(0, 100);
    return `fault: ${String(error)}`;
  }
}
