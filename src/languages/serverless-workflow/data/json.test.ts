import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readJson, readTrustedJson, writeJson, writePublicJson } from "./json.ts";

test("members keep their order, and none is special", () => {
  const text = '{"10":1,"9":[{"2":null,"1":{}}],"__proto__":{"x":1},"a":"\\"7\\": "}';
  assert.equal(writeJson(readJson(text)), text);
  const spread = String.raw` { "10" :
 1 , "9" : [ { "2" : null , "1" : { } } ] , "__proto__" : { "x" : 1 } , "a" : "\"7\": " } `;
  assert.equal(writeJson(readJson(spread)), text);
});

test("any JSON is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      assert.deepEqual(JSON.parse(writeJson(readJson(text))), JSON.parse(text));
    }),
  );
});

test("what is no JSON is refused", () => {
  for (const text of ["", "{", "[1,]", "nan", '{"1":1,}', "\u00a01", "[".repeat(600) + "]".repeat(600)]) {
    assert.throws(() => readJson(text), SyntaxError, text.slice(0, 20));
  }
});

test("text from outside holds no marker, however it is written", () => {
  for (const text of ['"\uFDD0T\uFDD1"', String.raw`"\ufdd0T\uFDD1"`, String.raw`{"\ufDD0T\ufdd1":"\uFDEF"}`]) {
    assert.ok(!/[\ufdd0-\ufdef]/.test(writeJson(readJson(text))), text);
  }
  assert.equal(readTrustedJson(String.raw`"\ufdd0T\ufdd1"`), "\uFDD0T\uFDD1");
});

test("people see no secrets, and numbers as jq writes them", () => {
  assert.equal(
    writePublicJson(["Bearer \uFDD0TOKEN\uFDD1", Number.NaN, Infinity, 1.5]),
    '["Bearer ***",null,1.7976931348623157e+308,1.5]',
  );
});
