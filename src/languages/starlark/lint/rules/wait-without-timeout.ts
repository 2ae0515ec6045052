import type { Analysis } from "../../analysis/analysis.ts";
import type { CallExpression } from "../../syntax/tree.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const waitWithoutTimeout: Rule = {
  name: "wait-without-timeout",
  severity: "warning",
  doc:
    "A wait for something that may never come: `wait_for_event`, `receive`, or `get` of an event, without `timeout`; `select` and `race` without " +
    "`timeout`, `default`, a timer, or an `ask` with `timeout` or `due` among their cases. The run waits for ever, and nobody is told.",
  bad: `
def handler(w, ev):
    answer = w.wait_for_event(type = "com.example.pong")
    print(answer.id)

on_event(type = "com.example.ping", handler = handler)
`,
  good: `
def handler(w, ev):
    answer = w.wait_for_event(type = "com.example.pong", timeout = "3d")
    if answer == None:
        fail("there was no answer")
    print(answer.id)

on_event(type = "com.example.ping", handler = handler)
`,
  check(analysis, out) {
    for (const call of analysis.index.expressions("call")) {
      const callee = analysis.inference.typeOf(call.callee);
      if (callee.kind !== "builtin") continue;
      const { name } = callee.spec;
      const isWait = waits.has(callee.shown.replace(/^w\./, "")) || isGetOfEvent(analysis, call, callee.shown);
      if (!isWait || isBounded(analysis, call, name)) continue;
      out.report(spanOf(call.callee), `${name} without a timeout waits for ever when nothing comes`);
    }
  },
};

const waits = new Set(["wait_for_event", "select", "race", "receive_channel.receive"]);

/** Whether this waits for an event by its future. Other futures end by themselves. */
function isGetOfEvent({ inference }: Analysis, { callee }: CallExpression, shown: string): boolean {
  if (shown !== "future.get" || callee.kind !== "dot") return false;
  const future = inference.typeOf(callee.object);
  const value = future.kind === "instance" ? future.element : undefined;
  return value?.kind === "instance" && value.fields?.has("specversion") === true;
}

/** Where the timeout stands among positional arguments. */
const places: Readonly<Record<string, number>> = { wait_for_event: 2, select: 2, race: 99, receive: 0, get: 0 };

function isBounded(analysis: Analysis, call: CallExpression, name: string): boolean {
  const spread = call.arguments.some(({ kind }) => kind === "args" || kind === "kwargs");
  const named = call.arguments.some((argument) => argument.name === "timeout" || argument.name === "default");
  const positional = call.arguments.filter(({ kind }) => kind === "positional").length;
  if (spread || named || positional > places[name]!) return true;
  if (name === "select" && positional > 1) return true;
  return (name === "select" || name === "race") && hasTimer(analysis, call);
}

/** Whether a timer is made within the call, or one of its cases is a variable: that may be a timer. */
function hasTimer(analysis: Analysis, call: CallExpression): boolean {
  const cases = call.arguments[0]?.value;
  if (cases === undefined || (cases.kind !== "dict" && cases.kind !== "list" && cases.kind !== "tuple")) return true;
  const parts = cases.kind === "dict" ? cases.entries.flatMap(({ key, value }) => [key, value]) : cases.elements;
  return parts.some((part) => mayBeTimer(analysis, part));
}

function mayBeTimer({ inference, symbols }: Analysis, part: CallExpression["callee"]): boolean {
  if (part.kind === "call") return isTimerCall(part);
  if (part.kind !== "identifier") return false;
  const variable = symbols.variables.get(part);
  if (variable === undefined) return false;
  const values = variable.definitions.map((definition) => (definition.how === "assign" ? definition.value : undefined));
  if (values.some((value) => value === undefined)) return inference.typeOf(part).kind === "any";
  return values.some((value) => value?.kind === "call" && isTimerCall(value));

  function isTimerCall({ callee, arguments: given }: CallExpression): boolean {
    const type = inference.typeOf(callee);
    if (type.kind !== "builtin" || type.spec.name === "timer") return true;
    // A fiber of the script's own function ends by itself; what it waits for is looked at there.
    if (type.spec.name === "go") {
      const [what] = given;
      if (what === undefined || inference.typeOf(what.value).kind !== "builtin") return true;
    }
    // What has a time of its own ends by it.
    return given.some(({ kind, name }) => kind === "kwargs" || name === "timeout" || name === "due");
  }
}
