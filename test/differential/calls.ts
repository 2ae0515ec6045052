/** Random calls of every builtin of the library: right arguments and wrong ones, too few and too many, by position and by name. */
import type { ParameterSpec } from "../../src/languages/starlark/library/builtin.ts";
import { allBuiltins, universals } from "../../src/languages/starlark/library/registry.ts";
import type { Random } from "../../src/languages/starlark/testing/fuzz/random.ts";

/** What a method is called on. */
const receivers: ReadonlyMap<string, readonly string[]> = new Map([
  ["string", ['"a,b c"', '"Hello, World"', '"naïve 日本 😿"', '""', '"\\n x\\r\\ny"', '"{} {a!r}"']],
  ["bytes", ['b"ab\\xff"', 'b""']],
  ["list", ["[3, 1, 2]", "[]", '["a", "b", "a"]']],
  ["dict", ['{"a": 1, 3: 2}', "{}"]],
  ["set", ['set([1, 2, "a"])', "set()"]],
  ["time.time", ["time.time(year=2024, month=2, day=29)", 'time.time(year=1990, location="Europe/Berlin")']],
]);

const byType: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "string",
    ['"a"', '""', '"b c"', '"é"', '"1.5"', '"0x1F"', '"[1, {\\"a\\": null}]"', '"UTC"', '"Asia/Tokyo"', '"1h30m"'],
  ],
  ["int", ["0", "1", "2", "-1", "16", "100", "1 << 40", "1 << 70"]],
  ["bool", ["True", "False"]],
  ["iterable", ["[2, 1]", "()", '("b", "a")', '{"a": 1}', "set([1])", "range(3)", '"ab".elems()', "[[1, 2], [3, 4]]"]],
  ["callable", ["len", "lambda x: -x", "str"]],
  ["list", ["[1]", "[]"]],
  ["dict", ["{}", '{"k": 1}']],
  ["float | int", ["0", "1", "-2", "0.5", "-1.5", "1e10", 'float("nan")', 'float("inf")', "1 << 70"]],
]);

const anything = [...byType.values()].flat().concat(["None", 'b"x"', "json", "time.hour", "1 << 33"]);

/** Not compared: what depends on the moment, and what takes memory that starlark-go does not limit. */
const excluded = new Set(["time.now"]);

const callables = [...allBuiltins().keys()].filter((name) => !excluded.has(name) && isScripts(name));

function groupOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf(".")));
}

function isScripts(name: string): boolean {
  const group = groupOf(name);
  return group === "" ? universals.has(name) : !name.includes("._");
}

/** A program with one call. */
export function callProgram(random: Random): string {
  const name = random.pick(callables);
  const { parameters } = allBuiltins().get(name)!;
  const group = groupOf(name);
  const receiver = receivers.get(group);
  const call = `${receiver === undefined ? name : `x.${name.slice(group.length + 1)}`}(${argumentsFor(random, parameters)})`;
  if (/(?:split|time\.time)\(.*1 << /.test(call)) return callProgram(random);
  return receiver === undefined
    ? `print(repr(${call}))\n`
    : `x = ${random.pick(receiver)}\nprint(repr(${call}))\nprint(x)\n`;
}

function argumentsFor(random: Random, parameters: readonly ParameterSpec[]): string {
  const required = parameters.filter((parameter) => parameter.default === undefined && isPlain(parameter)).length;
  const count = random.chance(0.85)
    ? random.between(required, Math.max(required, parameters.length))
    : random.between(0, parameters.length + 2);
  const args = Array.from({ length: count }, (_, i) => argumentFor(random, parameters[i]));
  if (random.chance(0.15)) {
    const names = [...parameters.map((parameter) => parameter.name), "key", "default", "nothing"];
    args.push(`${random.pick(names)}=${random.pick(anything)}`);
  }
  if (random.chance(0.05)) args.push(`*${random.pick(["[1]", "()", '["a", "b"]', "None"])}`);
  if (random.chance(0.05)) args.push(`**${random.pick(["{}", '{"x": 1}', '{"sep": "-"}', "{1: 2}", "[]"])}`);
  return args.join(", ");
}

function isPlain({ passing }: ParameterSpec): boolean {
  return passing !== "args" && passing !== "kwargs" && passing !== "keyword";
}

function argumentFor(random: Random, parameter: ParameterSpec | undefined): string {
  const fitting = byType.get(parameter?.type ?? "");
  return random.pick(fitting !== undefined && random.chance(0.75) ? fitting : anything);
}
