import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "./spelling.ts";

test("the nearest name is found, whatever its case and underscores", () => {
  assert.equal(nearest("colour", ["color", "collar", "col"]), "color");
  assert.equal(nearest("onEvent", ["on_event", "event"]), "on_event");
  assert.equal(nearest("Sleep", ["sleep"]), "sleep");
});

test("what differs in half or more is not near", () => {
  assert.equal(nearest("ab", ["cd", "xy"]), undefined);
  assert.equal(nearest("abcd", ["abxy"]), undefined);
  assert.equal(nearest("abcde", ["abxyz", "abcyz"]), "abcyz");
  assert.equal(nearest("x", ["y"]), undefined);
  assert.equal(nearest("x", []), undefined);
});

test("of equals the one that sorts first", () => {
  assert.equal(nearest("cat", ["rat", "bat", "hat"]), "bat");
});

test("very long names get no hint", () => {
  assert.equal(nearest("a".repeat(81), ["a".repeat(81)]), undefined);
  assert.equal(nearest("abc", ["abd".repeat(100_000)]), undefined);
});
