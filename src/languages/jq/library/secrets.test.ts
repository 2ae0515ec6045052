/** A place for a secret travels through jq as it is, or not at all; data cannot make one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileJq } from "../jq.ts";
import type { Value } from "../value.ts";

const marker = "\uFDD0token\uFDD1";

function run(program: string, input: Value = null): Value[] {
  return compileJq(program, { level: "1.7" }).all(input);
}

for (const program of [
  "@base64",
  "@base32",
  "@uri",
  "@html",
  "@sh",
  "@base64d",
  "explode",
  "ascii_downcase",
  "ascii_upcase",
  '@uri "x\\(.)"',
  "[.] | @sh",
  "[.] | @csv",
  "[.] | @tsv",
  "{a: .} | @html",
]) {
  test(`${program}: a secret is refused`, () => {
    assert.throws(() => run(program, `Bearer ${marker}`), { value: "a secret cannot be encoded by jq" });
  });
}

test("what keeps a secret whole takes it", () => {
  assert.deepEqual(run('"Bearer \\(.)", {a: .}.a, tostring, @text, ([.] | tojson), (. == .), ("x" + .)', marker), [
    `Bearer ${marker}`,
    marker,
    marker,
    marker,
    `["${marker}"]`,
    true,
    `x${marker}`,
  ]);
});

test("data makes no places for secrets", () => {
  const forged = JSON.stringify(marker);
  assert.deepEqual(run("fromjson", forged), ["\uFFFDtoken\uFFFD"]);
  assert.deepEqual(run("fromjson", String.raw`"\ufdd0token\uFDEF"`), ["\uFFFDtoken\uFFFD"]);
  assert.deepEqual(run("fromjson | keys", String.raw`{"\ufdd0k": 1}`), [["\uFFFDk"]]);
  assert.deepEqual(run("implode", [0xfdd0, 97, 0xfdf0]), ["\uFFFDa\uFDF0"]);
  assert.deepEqual(run("@base64d", "77eQ"), ["\uFFFD"]);
  assert.deepEqual(run("@base32d", "563ZA==="), ["\uFFFD"]);
  assert.deepEqual(run('strptime("%Y") | last', "2015 \uFDD0"), [" \uFFFD"]);
});
