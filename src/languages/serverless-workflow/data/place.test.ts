import assert from "node:assert/strict";
import { test } from "node:test";
import { readJson, writeJson } from "./json.ts";
import { uncounted } from "../../jq/library/order.ts";
import type { Merge } from "./merge.ts";
import { mergeSonataflow } from "./merge-sonataflow.ts";
import { PlaceError, withResultAt, withValueAt } from "./place.ts";

test("objects and arrays on the way are made", () => {
  assert.equal(writeJson(withValueAt(readJson('{"a":1}'), ["b", "c", 1], true)), '{"a":1,"b":{"c":[null,true]}}');
  assert.equal(writeJson(withValueAt(readJson('{"a":1}'), ["a", "c"], true)), '{"a":{"c":true}}');
  assert.throws(() => withValueAt(null, [1e9], 1), PlaceError);
  assert.throws(() => withValueAt(null, [-1], 1), PlaceError);
});

const merge: Merge = (target, source) => mergeSonataflow(uncounted, target, source);

test("a result is merged into objects and takes the place of anything else", () => {
  const at = (data: string, result: string) => writeJson(withResultAt(merge, readJson(data), ["x"], readJson(result)));
  assert.equal(at('{"x":{"a":1}}', '{"b":2}'), '{"x":{"a":1,"b":2}}');
  assert.equal(at('{"x":5}', '{"b":2}'), '{"x":{"b":2}}');
  assert.equal(at('{"x":[1]}', "[2]"), '{"x":[2]}');
  assert.equal(at('{"x":{"a":1}}', "null"), '{"x":null}');
  assert.equal(at("{}", "7"), '{"x":7}');
});
