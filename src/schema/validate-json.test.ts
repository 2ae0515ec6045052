import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonSchema } from "../core/program.ts";
import { SchemaError } from "./documents.ts";
import { JsonValidator, validateJson } from "./validate-json.ts";

/** A schema of one document, or of several by path, the first being the schema's own. */
function schemaOf(root: unknown, others: Record<string, unknown> = {}): JsonSchema {
  const documents = Object.entries({ "schemas/main.json": root, ...others }).map(([path, json]) => [
    path,
    JSON.stringify(json),
  ]);
  return { path: "schemas/main.json", documents: Object.fromEntries(documents) as Record<string, string> };
}

function texts(root: unknown, value: unknown, others?: Record<string, unknown>): string[] {
  return validateJson(schemaOf(root, others), value).map(({ text }) => text);
}

const draft = (name: string): string => `http://json-schema.org/${name}/schema#`;
const year = (name: string): string => `https://json-schema.org/draft/${name}/schema`;

const namespaceSchema = {
  $id: "classpath:/schemas/main.json",
  $schema: draft("draft-07"),
  type: "object",
  properties: {
    namespace: { type: "string", pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", maxLength: 10 },
    size: { type: "string", enum: ["small", "medium", "large"] },
    recipients: {
      type: "array",
      items: { type: "string", pattern: "^(user|group):.+/.+$" },
      minItems: 1,
      uniqueItems: true,
    },
    count: { type: "integer", minimum: 1, multipleOf: 2 },
    when: { type: "string", format: "date-time" },
  },
  required: ["namespace", "size"],
  additionalProperties: false,
};

test("what does not fit has a line each: where, what was expected, what was got", () => {
  assert.deepEqual(texts(namespaceSchema, { namespace: "user1", size: "small", recipients: ["user:default/a"] }), []);
  assert.deepEqual(texts(namespaceSchema, {}), [
    "$.namespace: is missing but it is required",
    "$.size: is missing but it is required",
  ]);
  const value = {
    namespace: "Not_a_name_at_all",
    size: "huge",
    recipients: ["me", "me"],
    count: 0.5,
    when: "soon",
    extra: 1,
  };
  assert.deepEqual(
    texts(namespaceSchema, value).toSorted(),
    [
      "$.count: an integer is expected, but 0.5 is a number",
      "$.count: must be >= 1, but is 0.5",
      "$.count: must be a multiple of 2, but is 0.5",
      "$.extra: is not defined in the schema, which does not allow additional properties",
      '$.namespace: does not match the pattern ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$: "Not_a_name_at_all"',
      "$.namespace: must have at most 10 characters",
      "$.recipients: must not have the same item twice",
      '$.recipients[0]: does not match the pattern ^(user|group):.+/.+$: "me"',
      '$.recipients[1]: does not match the pattern ^(user|group):.+/.+$: "me"',
      '$.size: does not have a value in the enumeration ["small","medium","large"], but "huge"',
      '$.when: is not a valid date-time: "soon"',
    ].toSorted(),
  );
  assert.deepEqual(texts(namespaceSchema, null), ["$: an object is expected, but null is null"]);
});

test("a problem names the keyword and the path for programs", () => {
  const [first] = validateJson(schemaOf({ items: { required: ["a b"] } }), [{}]);
  assert.deepEqual(first, {
    path: '$[0]["a b"]',
    keyword: "required",
    message: "is missing but it is required",
    text: '$[0]["a b"]: is missing but it is required',
  });
});

test("the draft is what $schema says, else what the keywords say, else 7", () => {
  const cases: readonly (readonly [schema: Record<string, unknown>, good: unknown, bad: unknown])[] = [
    [{ $schema: draft("draft-04"), minimum: 5, exclusiveMinimum: true }, 6, 5],
    [
      { $schema: draft("draft-04"), id: "http://x/y", definitions: { a: { type: "string" } }, $ref: "#/definitions/a" },
      "a",
      1,
    ],
    [{ $schema: draft("draft-06"), exclusiveMinimum: 5 }, 6, 5],
    [{ $schema: draft("draft-07"), if: { type: "string" }, else: { minimum: 2 } }, "ab", 1],
    [{ if: { type: "string" }, else: { minimum: 2 } }, "a", 1],
    [{ items: [{ type: "string" }], additionalItems: false }, ["a"], ["a", 1]],
    [{ $schema: year("2019-09"), $defs: { a: { type: "string" } }, $ref: "#/$defs/a", minLength: 2 }, "ab", "a"],
    [{ $schema: year("2019-09"), properties: { a: true }, unevaluatedProperties: false }, { a: 1 }, { b: 1 }],
    [{ properties: { a: true }, unevaluatedProperties: false }, { a: 1 }, { b: 1 }],
    [{ $schema: year("2020-12"), prefixItems: [{ type: "string" }], items: false }, ["a"], ["a", 1]],
    [{ prefixItems: [{ type: "string" }] }, ["a"], [1]],
    [{ dependentRequired: { a: ["b"] } }, { a: 1, b: 2 }, { a: 1 }],
    [{ $schema: year("2020-12"), contains: { type: "number" }, minContains: 2 }, [1, 2], [1]],
    [{ $schema: "http://example.com/own", type: "string" }, "a", 1],
    [{ definitions: { a: { type: "string" } }, properties: { x: { $ref: "#/definitions/a" } } }, { x: "a" }, { x: 1 }],
  ];
  for (const [schema, good, bad] of cases) {
    assert.deepEqual(texts(schema, good), [], JSON.stringify(schema));
    assert.notDeepEqual(texts(schema, bad), [], JSON.stringify(schema));
  }
  assert.deepEqual(texts(true, 1), []);
  assert.deepEqual(texts(false, 1), ["$: is not allowed here"]);
});

test("schemas refer to other files: by path, and by where those say they are", () => {
  const person = { type: "object", properties: { name: { $ref: "common/name.json#/definitions/name" } } };
  const names = { definitions: { name: { type: "string" } } };
  const others = { "schemas/common/name.json": names, "schemas/person.json": person };
  const expected = ["$.owner.name: a string is expected, but 1 is a number"];
  assert.deepEqual(texts({ properties: { owner: { $ref: "person.json" } } }, { owner: { name: 1 } }, others), expected);
  const moved = { $id: "classpath:/schemas/main.json", properties: { owner: { $ref: "person.json" } } };
  assert.deepEqual(texts(moved, { owner: { name: 1 } }, others), expected);
  const known = {
    "schemas/person.json": { ...person, $id: "https://example.com/person", properties: { name: { type: "string" } } },
  };
  assert.deepEqual(
    texts({ properties: { owner: { $ref: "https://example.com/person" } } }, { owner: { name: 1 } }, known),
    expected,
  );
  const tree = { properties: { children: { type: "array", items: { $ref: "#" } }, name: { type: "string" } } };
  assert.deepEqual(texts(tree, { children: [{ children: [{ name: 1 }] }] }), [
    "$.children[0].children[0].name: a string is expected, but 1 is a number",
  ]);
});

test("what is no schema is refused, with its place", () => {
  const refusals: readonly (readonly [schema: unknown, message: RegExp])[] = [
    [
      { properties: { a: { type: "text" } } },
      /^schemas\/main\.json#\/properties\/a\/type: must be equal to one of .*\(array, boolean/,
    ],
    [{ required: "a" }, /^schemas\/main\.json#\/required: must be array/],
    [
      { properties: { a: { pattern: "(" } } },
      /^schemas\/main\.json#\/properties\/a\/pattern: \( is not a valid pattern: end pattern/,
    ],
    [{ $ref: "nowhere.json" }, /^schemas\/main\.json: refers to .*nowhere\.json, which is not among its files/],
    [{ $ref: "#/definitions/none" }, /^schemas\/main\.json: refers to .*#\/definitions\/none, which/],
    [[], /a schema is an object/],
    ["x", /a schema is an object/],
    [{ enum: Array.from({ length: 60_000 }, () => ({})) }, /more than 50000 parts/],
    [{ description: "x".repeat(2_000_000) }, /larger than/],
  ];
  for (const [schema, message] of refusals) {
    assert.throws(
      () => texts(schema, 1),
      (error) => error instanceof SchemaError && message.test(error.message),
      String(message),
    );
  }
  assert.throws(() => validateJson({ path: "a.json", documents: { "a.json": "{" } }, 1), /a\.json: is not JSON/);
  assert.throws(() => validateJson({ path: "a.json", documents: {} }, 1), /own document is missing/);
  let deep: unknown = {};
  for (let i = 0; i < 1000; i++) deep = { not: deep };
  assert.throws(() => texts(deep, 1), /nested more than 200 deep/);
});

test("nothing goes on for ever: patterns, references, deep and wide values", () => {
  const endless = "cannot be validated: with this value, the schema's patterns and references go on for too long";
  assert.deepEqual(texts({ pattern: "^(a+)+\\1$" }, `${"a".repeat(60)}b`), [`$: ${endless}`]);
  assert.deepEqual(texts({ pattern: "^(a|a)*$" }, `${"a".repeat(5000)}b`).length, 1);
  const definitions: Record<string, unknown> = { a40: { type: "number" } };
  for (let i = 0; i < 40; i++)
    definitions[`a${i}`] = { allOf: [{ $ref: `#/definitions/a${i + 1}` }, { $ref: `#/definitions/a${i + 1}` }] };
  assert.deepEqual(texts({ definitions, $ref: "#/definitions/a0" }, 1), [`$: ${endless}`]);
  assert.deepEqual(texts({ definitions: { a: { $ref: "#/definitions/a" } }, $ref: "#/definitions/a" }, 1), [
    `$: ${endless}`,
  ]);
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  assert.deepEqual(texts({ items: { $ref: "#" } }, deep), ["$: is nested more than 500 deep"]);
  const wide = Array.from({ length: 50_000 }, (_, i) => ({ id: i, list: [i] }));
  assert.deepEqual(texts({ uniqueItems: true }, wide), []);
  assert.deepEqual(texts({ uniqueItems: true }, [...wide, { list: [7], id: 7 }]), [
    "$: must not have the same item twice",
  ]);
  const many = texts(
    { items: { type: "string" } },
    Array.from({ length: 1000 }, (_, i) => i),
  );
  assert.equal(many.length, 101);
  assert.equal(many.at(-1), "$: and more");
  assert.deepEqual(texts({ $async: true, type: "string" }, 1), ["$: a string is expected, but 1 is a number"]);
});

test("names that JavaScript knows are names like others", () => {
  assert.deepEqual(texts({ required: ["constructor", "__proto__"] }, {}), [
    "$.constructor: is missing but it is required",
    "$.__proto__: is missing but it is required",
  ]);
  const value = JSON.parse('{"__proto__": 1}') as unknown;
  const schema = JSON.parse(
    '{"properties": {"__proto__": {"type": "string"}}, "additionalProperties": false}',
  ) as unknown;
  assert.deepEqual(texts({ additionalProperties: false, properties: { a: true } }, value).length, 1);
  assert.ok(texts(schema, value).length <= 1);
});

test("values are cut, and hidden where they may be secret", () => {
  const [long] = texts({ type: "string", maxLength: 3, pattern: "^b" }, "a".repeat(500)).slice(-1);
  assert.ok(long!.length < 150 && long!.endsWith("…"), long);
  const secret = { properties: { password: { type: "number" }, code: { type: "number", writeOnly: true } } };
  assert.deepEqual(texts(secret, { password: "hunter2", code: "12" }), [
    "$.password: a number is expected, but (hidden) is a string",
    "$.code: a number is expected, but (hidden) is a string",
  ]);
});

test("a validator keeps what it compiled, for schemas of the same text", () => {
  const validator = new JsonValidator();
  for (let i = 0; i < 300; i++) {
    const schema = schemaOf({ const: i });
    assert.deepEqual(validator.validate(schema, i), []);
    assert.equal(validator.validate(schemaOf({ const: i }), i + 1).length, 1);
  }
});
