import assert from "node:assert/strict";
import { test } from "node:test";
import type { WireText } from "../../../core/wire.ts";
import { readTrustedJson, writeJson } from "../data/json.ts";
import { fromWire, secretText, toPlainJson, toWire } from "./wire.ts";

test("secrets cross the border as secrets, with how they are to be written", () => {
  const value = ["Bearer " + secretText("TOKEN"), `x${secretText("A")}y\uFDD0B\uFDD2json\uFDD1`];
  const text = toWire(value);
  assert.equal(
    text,
    '[{"$secret":["Bearer ",{"name":"TOKEN"}]},{"$secret":["x",{"name":"A"},"y",{"name":"B","as":"json"}]}]',
  );
  assert.equal(toPlainJson(value), undefined);
  assert.deepEqual(fromWire(toWire(["a" + secretText("T")])), ["a\uFDD0T\uFDD1"]);
});

test("a user's object is no marker of wire text", () => {
  const value = readTrustedJson('{"a":{"$secret":[{"name":"X"}]},"b":{"$$x":1}}');
  assert.equal(writeJson(fromWire(toWire(value))), writeJson(value));
});

test("what actions answer: bytes, integers, odd floats", () => {
  assert.deepEqual(fromWire('[{"$bytes":"AQI="},12345678901234567890,{"$float":"-inf"},1.0]' as WireText), [
    "AQI=",
    12345678901234567000,
    -Infinity,
    1,
  ]);
});
