/**
 * What test programs check with. Of starlark-go's suites: the module `assert` (`eq`, `ne`, `lt`, `true`, `contains`, `fails`, `fail`),
 * and `catch`, `matches`, `error`, `freeze`, which `load("assert.star", "assert", "freeze")` also answers. Of bazelbuild/starlark's:
 * `assert_eq`, `assert_ne`, `assert_`, `assert_fails`.
 */
import { catchErrorsInCaller } from "../api/host.ts";
import { Builtin, type BuiltinSpec } from "../library/builtin.ts";
import type { EvaluatorOptions } from "../run/evaluate.ts";
import { contains } from "../values/binary.ts";
import { equals } from "../values/compare.ts";
import { EvalError } from "../values/errors.ts";
import { freeze } from "../values/freeze.ts";
import { repr } from "../values/print.ts";
import { ModuleValue } from "../values/struct.ts";
import { toText } from "../values/text.ts";
import { truth } from "../values/type-name.ts";
import type { Value } from "../values/value.ts";

/** Functions that call what a test passes are Starlark, so that it may wait. */
const library = `
def catch(f):
    _catch_errors()
    f()
    return None

def _fails(f, pattern):
    message = catch(f)
    if message == None:
        error("nothing failed, want an error matching %s" % pattern)
    elif not matches(pattern, message):
        error("error %r does not match %s" % (message, pattern))

def _lt(x, y):
    if not (x < y):
        error("%r is not below %r" % (x, y))

assert = module("assert", eq = _eq, ne = _ne, lt = _lt, true = _true, contains = _contains, fails = _fails, fail = error)
assert_eq = _eq
assert_ne = _ne
assert_ = _true
assert_fails = _fails
`;

/** Options of an evaluator for test programs. What does not hold is reported as a sentence, and the program goes on. */
export function assertOptions(
  report: (problem: string) => void,
): Pick<Required<EvaluatorOptions>, "names" | "library" | "caught"> {
  const check = (holds: boolean, problem: () => string): null => {
    if (!holds) report(problem());
    return null;
  };
  const members: [string, BuiltinSpec["call"]][] = [
    ["_eq", (t, _, [x, y]) => check(equals(t, x!, y!), () => toText(`${repr(t, x!)} != ${repr(t, y!)}`))],
    ["_ne", (t, _, [x, y]) => check(!equals(t, x!, y!), () => toText(`${repr(t, x!)} == ${repr(t, y!)}`))],
    [
      "_true",
      (_t, _, [x, message]) => check(truth(x!), () => (typeof message === "string" ? toText(message) : "not true")),
    ],
    ["_contains", (t, _, [x, y]) => check(contains(t, x!, y!), () => toText(`${repr(t, x!)} lacks ${repr(t, y!)}`))],
    [
      "error",
      (t, _, [message]) => check(false, () => toText(typeof message === "string" ? message : repr(t, message!))),
    ],
    ["matches", (_t, _, [pattern, text]) => new RegExp(textOf(pattern)).test(textOf(text))],
    [
      "module",
      (_t, _, [name], members_) => new ModuleValue(textOf(name), new Map(members_.map((one) => [one.name, one.value]))),
    ],
    [
      "freeze",
      (_t, _, [value]) => {
        freeze(value!);
        return value!;
      },
    ],
    [
      "_catch_errors",
      (thread) => {
        catchErrorsInCaller(thread);
        return null;
      },
    ],
  ];
  return {
    names: new Map(members.map(([name, call]) => [name, builtin(name.replace(/^_/, ""), call)])),
    library: [{ path: "assert.star", source: library }],
    caught: (error) => error.message,
  };
}

function textOf(value: Value | undefined): string {
  if (typeof value !== "string") throw new EvalError("want a string");
  return toText(value);
}

function builtin(name: string, call: BuiltinSpec["call"]): Builtin {
  return new Builtin({ name, doc: "", parameters: [], returns: "any", call });
}
