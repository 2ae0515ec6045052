import assert from "node:assert/strict";
import { test } from "node:test";
import { apiAttributes } from "../api/attributes.ts";
import { Context } from "../api/context.ts";
import type { RunPort } from "../api/host.ts";
import { Headers, Response } from "../api/response.ts";
import { contextMembers } from "../api/table.ts";
import type { BuiltinSpec } from "../library/builtin.ts";
import { allBuiltins } from "../library/registry.ts";
import { makeTime } from "../library/time-module.ts";
import { Evaluator } from "../run/evaluate.ts";
import { EvaluationError } from "../run/evaluation-error.ts";
import { analysed } from "../testing/analysed.ts";
import { Duration } from "../values/time.ts";
import type { HeapValue } from "../values/value.ts";
import { lint } from "../lint/lint.ts";
import { membersOfType } from "./vocabulary.ts";

/** A value of each type that has attributes. */
const samples: Readonly<Record<string, HeapValue>> = {
  context: new Context({} as RunPort, contextMembers),
  response: new Response(200, "200 OK", new Headers(), ""),
  "time.time": makeTime(0n),
  "time.duration": new Duration(0n),
};

for (const [type, attributes] of apiAttributes) {
  test(`the attributes of ${type} in the table are those of its values`, () => {
    const own = samples[type]!.attributeNames().filter((name) => !contextMembers.has(name));
    assert.deepEqual(attributes.map(({ name }) => name).toSorted(), own.toSorted());
    for (const { name } of attributes) assert.ok(membersOfType(type)!.has(name));
  });
}

/** How a script gets a receiver for a method of a type. */
const receivers: Readonly<Record<string, string>> = {
  string: '"a"',
  bytes: 'b"a"',
  list: "[1]",
  dict: '{"a": 1}',
  set: "set([1])",
  "time.time": "time.from_timestamp(0)",
};

/** Calls of a builtin with up to so many Nones by place, and with a name that it may not have. */
function callsOf(qualified: string, spec: BuiltinSpec): string[] {
  const owner = qualified.split(".").slice(0, -1).join(".");
  const receiver = receivers[owner] ?? owner;
  const callee = owner === "" ? qualified : `${receiver}.${qualified.slice(owner.length + 1)}`;
  const counts = Array.from({ length: spec.parameters.length + 3 }, (_, i) => i);
  const nones = counts.map((count) => `${callee}(${Array.from({ length: count }, () => "None").join(", ")})`);
  const named = spec.parameters.map(({ name }) => `${callee}(${name} = None)`);
  return [
    ...nones,
    ...named,
    `${callee}(nothing_of_that_name = 1)`,
    `${callee}(1, "a", [], {})`,
    `${callee}(*[], **{})`,
  ];
}

test("a call that the linter calls wrong fails when it is carried out", () => {
  let wrong = 0;
  for (const [qualified, spec] of allBuiltins()) {
    if (spec.name.startsWith("_")) continue;
    for (const call of callsOf(qualified, spec)) {
      const errors = lint(analysed(`x = ${call}\n`)).filter(({ rule }) => rule === "wrong-arguments");
      if (errors.length === 0) continue;
      wrong++;
      const evaluator = new Evaluator({ print() {} });
      assert.throws(
        () => evaluator.evaluate("main.star", `x = ${call}\n`),
        EvaluationError,
        `${call}: ${errors[0]!.message}`,
      );
    }
  }
  assert.ok(wrong > 200);
});
