import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeWire, SecretText, type WireValue } from "../core/wire.ts";
import { actionCall, describeAction, suiteSecrets } from "./action.suite.ts";
import { createJsonSchemaAction } from "./json-schema.ts";

const action = createJsonSchemaAction({ secrets: suiteSecrets });
const token = new SecretText(["Bearer ", { name: "TOKEN" }]);

describeAction("json-schema", { answersAtOnce: true, unusable: { schema: { type: "text" }, value: 1 } }, async () => ({
  action,
  succeeding: { schema: { properties: { token: { type: "number" } } }, value: { token, other: token } },
  close: async () => {},
}));

async function perform(input: WireValue): Promise<unknown> {
  const answer = await action.perform(actionCall(input));
  return "value" in answer ? JSON.parse(JSON.stringify(decodeWire(answer.value))) : answer.error.message;
}

describe("json-schema", () => {
  it("tells what does not fit", async () => {
    const schema = { required: ["a"], properties: { b: { type: "integer", maximum: 5 } } };
    assert.deepEqual(await perform({ schema, value: { a: 1, b: 5n } }), { valid: true, problems: [] });
    assert.deepEqual(await perform({ schema, value: { b: 2n ** 70n } }), {
      valid: false,
      problems: [
        { path: "$.a", keyword: "required", message: "is missing but it is required" },
        { path: "$.b", keyword: "maximum", message: "must be <= 5, but is 1.1805916207174113e+21" },
      ],
    });
  });

  it("takes a schema of several files", async () => {
    const documents = {
      "s/a.json": '{"$ref": "b.json#/definitions/x"}',
      "s/b.json": '{"definitions": {"x": {"type": "string"}}}',
    };
    assert.deepEqual(await perform({ path: "s/a.json", documents, value: "x" }), { valid: true, problems: [] });
    assert.deepEqual(await perform({ path: "s/a.json", documents, value: 1 }), {
      valid: false,
      problems: [{ path: "$", keyword: "type", message: "a string is expected, but 1 is a number" }],
    });
  });

  it("validates secrets as what they are, and does not tell them", async () => {
    const schema = { items: { pattern: "^Bearer s3cr3t-value$" } };
    assert.deepEqual(await perform({ schema, value: [token] }), { valid: true, problems: [] });
    assert.deepEqual(await perform({ schema: { items: { pattern: "^x" } }, value: [token] }), {
      valid: false,
      problems: [{ path: "$[0]", keyword: "pattern", message: 'does not match the pattern ^x: "Bearer ***"' }],
    });
  });

  it("tells no part of a secret that is too long to be shown", async () => {
    const long = new SecretText(["x".repeat(70), { name: "TOKEN" }]);
    assert.doesNotMatch(JSON.stringify(await perform({ schema: { type: "number" }, value: long })), /s3cr/);
  });

  it("says what is wrong with its input", async () => {
    assert.match(String(await perform(1)), /an object is expected, not 1/);
    assert.match(String(await perform({ value: 1 })), /"schema" is missing/);
    assert.match(String(await perform({ schema: true })), /"value" is missing/);
    assert.match(String(await perform({ schema: 5, value: 1 })), /a schema is an object/);
    assert.match(
      String(await perform({ path: "a", documents: { a: 1 }, value: 1 })),
      /the document a is 1, not a text/,
    );
    assert.match(
      String(await perform({ schema: { type: "text" }, value: 1 })),
      /schema\.json#\/type: must be equal to one of/,
    );
  });
});
