/** Structs of an embedder's own constructors, which programs cannot make. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Evaluator } from "../run/evaluate.ts";
import { EvaluationError } from "../run/evaluation-error.ts";
import { toText } from "./text.ts";
import { makeStruct } from "./struct.ts";
import type { Value } from "./value.ts";

const names = new Map<string, Value>([["point", makeStruct(new Map([["x", 1]]), "point")]]);

function shown(source: string): string {
  try {
    const value = new Evaluator({ names }).evaluate("main.star", `shown = str(${source})\n`).get("shown");
    return toText(value as string);
  } catch (error) {
    if (error instanceof EvaluationError) return error.message;
    throw error;
  }
}

test("a struct shows its constructor, and is equal only to those of the same one", () => {
  assert.equal(shown("(point, type(point))"), '(point(x = 1), "struct")');
  assert.equal(shown("[point == struct(x = 1), point == point, {point: 1}.get(struct(x = 1))]"), "[False, True, None]");
});

test("structs of different constructors have no sum", () => {
  assert.equal(shown("point + point"), "point(x = 1)");
  assert.equal(shown("point + struct(y = 2)"), 'cannot add structs of different constructors: point + "struct"');
  assert.equal(shown("point + 1"), "unknown binary op: struct + int");
});

test("a missing field names the constructor", () => {
  assert.equal(shown("point.y"), "point struct has no .y attribute");
  assert.equal(shown("struct(x = 1).y"), "struct has no .y attribute");
  assert.equal(shown("struct(name = 1).nam"), "struct has no .nam attribute (did you mean .name?)");
});
