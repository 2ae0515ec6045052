/** The module `assert` of test programs: `eq`, `ne`, `true`, `contains`, and `fails(f, pattern)`, which calls `f` and expects an error. */
import { catchErrorsInCaller } from "../api/host.ts";
import { Builtin, type BuiltinSpec } from "../library/builtin.ts";
import { Evaluator } from "../run/evaluate.ts";
import { equals } from "../values/compare.ts";
import { freeze } from "../values/freeze.ts";
import { contains } from "../values/binary.ts";
import { repr } from "../values/print.ts";
import { ModuleValue } from "../values/struct.ts";
import { toText } from "../values/text.ts";
import { truth } from "../values/type-name.ts";
import type { Value } from "../values/value.ts";

const source = `
def _catch(f):
    _catch_errors()
    f()
    return None

def fails(f, pattern):
    _check_failure(_catch(f), pattern)
`;

/** Names for test programs; what does not hold is reported as a sentence. `fails` needs `caught: (error) => error.message`. */
export function assertNames(report: (problem: string) => void): ReadonlyMap<string, Value> {
  const check = (holds: boolean, problem: () => string): null => {
    if (!holds) report(problem());
    return null;
  };
  const members: [string, BuiltinSpec["call"]][] = [
    ["eq", (t, _, [x, y]) => check(equals(t, x!, y!), () => toText(`${repr(t, x!)} != ${repr(t, y!)}`))],
    ["ne", (t, _, [x, y]) => check(!equals(t, x!, y!), () => toText(`${repr(t, x!)} == ${repr(t, y!)}`))],
    [
      "true",
      (_t, _, [x, message]) => check(truth(x!), () => (typeof message === "string" ? toText(message) : "not true")),
    ],
    ["contains", (t, _, [x, y]) => check(contains(t, x!, y!), () => toText(`${repr(t, x!)} lacks ${repr(t, y!)}`))],
  ];
  const helpers = new Evaluator({
    names: new Map<string, Value>([
      builtin("_catch_errors", (thread) => {
        catchErrorsInCaller(thread);
        return null;
      }),
      builtin("_check_failure", (_thread, _self, [message, pattern]) => checkFailure(report, message!, pattern!)),
    ]),
  }).evaluate("assert.star", source);
  const fails = helpers.get("fails")!;
  return new Map<string, Value>([
    [
      "assert",
      new ModuleValue("assert", new Map([...members.map(([name, call]) => builtin(name, call)), ["fails", fails]])),
    ],
    builtin("freeze", (_thread, _self, [value]) => {
      freeze(value!);
      return value!;
    }),
  ]);
}

function checkFailure(report: (problem: string) => void, message: Value, pattern: Value): null {
  const wanted = toText(pattern as string);
  if (message === null) report(`nothing failed, want an error matching ${wanted}`);
  else if (!new RegExp(wanted).test(toText(message as string)))
    report(`error "${toText(message as string)}" does not match ${wanted}`);
  return null;
}

function builtin(name: string, call: BuiltinSpec["call"]): [string, Builtin] {
  return [name, new Builtin({ name, doc: "", parameters: [], returns: "any", call })];
}
