import assert from "node:assert/strict";
import { test } from "node:test";
import { CountingThread } from "../library/counting-thread.ts";
import { encodeJson, encodeWireValue } from "../library/json-encode.ts";
import { builtinNamed } from "../library/registry.ts";
import { binary } from "./binary.ts";
import { equals } from "./compare.ts";
import { EvalError } from "./errors.ts";
import { formatText } from "./format.ts";
import { hashKey } from "./hash-key.ts";
import { repr, str } from "./print.ts";
import { joinSecret, Secret } from "./secret.ts";
import { Dict } from "./dict.ts";
import { List, Tuple, type Value } from "./value.ts";

const thread = new CountingThread();
const token = new Secret([{ name: "TOKEN" }]);

function parts(value: Value): unknown {
  assert.ok(value instanceof Secret);
  return value.parts;
}

test("a secret shows as stars", () => {
  assert.equal(str(thread, token), "***");
  assert.equal(repr(thread, new List([token, 1])), "[***, 1]");
});

test("joining a secret with text gives a secret", () => {
  const expected = ["Bearer ", { name: "TOKEN" }];
  assert.deepEqual(parts(binary(thread, "+", "Bearer ", token)), expected);
  assert.deepEqual(parts(binary(thread, "%", "Bearer %s", token)), expected);
  assert.deepEqual(parts(binary(thread, "%", "%s %s", new Tuple(["Bearer", token]))), expected);
  const fields = new Dict();
  fields.set("t", token);
  assert.deepEqual(parts(binary(thread, "%", "Bearer %(t)r", fields)), expected);
  assert.deepEqual(parts(formatText(thread, "Bearer {}", [token], [])), expected);
  assert.deepEqual(
    parts(
      formatText(
        thread,
        "{a} {b!r}",
        [],
        [
          { name: "a", value: "Bearer" },
          { name: "b", value: token },
        ],
      ),
    ),
    expected,
  );
  const join = builtinNamed("string.join")!;
  assert.deepEqual(parts(join.call(thread, " ", [new List(["Bearer", token])], [])), expected);
  assert.deepEqual(parts(binary(thread, "+", binary(thread, "+", token, "a"), "b")), [{ name: "TOKEN" }, "ab"]);
  assert.deepEqual(parts(binary(thread, "+", token, token)), [{ name: "TOKEN" }, { name: "TOKEN" }]);
});

test("text alone stays text", () => {
  assert.equal(joinSecret(["a", "", "b"]), "ab");
  assert.equal(joinSecret([""]), "");
});

test("a secret gives nothing away", () => {
  assert.ok(equals(thread, token, new Secret([{ name: "TOKEN" }])));
  assert.ok(!equals(thread, token, "***"));
  assert.ok(!equals(thread, token, new Secret(["TOKEN"])));
  assert.throws(() => hashKey(token), new EvalError("unhashable: secret"));
  assert.throws(() => binary(thread, "*", token, 2), new EvalError("unknown binary op: secret * int"));
  assert.throws(() => binary(thread, "in", "a", token), new EvalError("unknown binary op: string in secret"));
  assert.throws(() => binary(thread, "<", token, token), new EvalError("secret < secret not implemented"));
  assert.throws(
    () => binary(thread, "%", "%d", token),
    new EvalError("%d format requires integer: cannot convert secret to int"),
  );
  assert.throws(() => encodeJson(thread, token), new EvalError("cannot encode secret as JSON"));
  assert.equal(
    encodeWireValue(thread, binary(thread, "+", "\u00c3\u00a9", token)),
    '{"$secret":["é",{"name":"TOKEN"}]}',
  );
});
