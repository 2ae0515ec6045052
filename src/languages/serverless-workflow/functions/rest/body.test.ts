import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { valueOf } from "../testing/function-under-test.ts";
import { CallProblem } from "../problem.ts";
import { writeBody } from "./body.ts";
import type { BodyPlan } from "./rest-plan.ts";

const json: BodyPlan = { kind: "json", mediaType: "application/json", required: false, shape: {} };

function written(plan: Partial<BodyPlan>, value: unknown): string | undefined {
  return writeBody({ ...json, ...plan }, value === undefined ? undefined : valueOf(value))?.text;
}

describe("a JSON body", () => {
  it("is what is left of the arguments, in their order", () => {
    assert.equal(written({}, { b: 1, 10: [true, null], 9: { x: null } }), '{"9":{"x":null},"10":[true,null],"b":1}');
  });

  it("is none when nothing is left, unless it is required", () => {
    assert.equal(written({}, {}), undefined);
    assert.equal(written({}, undefined), undefined);
    assert.equal(written({ required: true }, {}), "{}");
    assert.equal(written({ required: true, shape: { type: "array" } }, {}), undefined);
  });

  it("leaves out what is null, where nothing else is declared", () => {
    const shape: BodyPlan["shape"] = {
      type: "object",
      properties: {
        a: { type: "string" },
        keep: { type: "string", nullable: true },
        inner: { type: "object", properties: { b: { type: "string" } } },
        free: { type: "object" },
        list: { type: "array", items: { type: "object", properties: { c: {} } } },
      },
    };
    assert.equal(
      written(
        { shape },
        { a: null, keep: null, inner: { b: null, x: null }, free: { y: null }, list: [{ c: null }, null], other: null },
      ),
      '{"keep":null,"inner":{"x":null},"free":{"y":null},"list":[{},null]}',
    );
  });

  it("has scalars of the declared type, where nothing is lost", () => {
    const types = { s: "string", n: "number", i: "integer", b: "boolean" } as const;
    const properties = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type }]));
    const shape: BodyPlan["shape"] = { type: "object", properties };
    assert.equal(written({ shape }, { s: 42, n: "1.5", i: "42", b: "true" }), '{"s":"42","n":1.5,"i":42,"b":true}');
    assert.equal(
      written({ shape }, { s: true, n: "x", i: "1.5", b: "yes" }),
      '{"s":"true","n":"x","i":"1.5","b":"yes"}',
    );
    assert.equal(
      written({ shape }, { s: { a: 1 }, i: "007", n: "99999999999999999999" }),
      '{"s":{"a":1},"i":"007","n":"99999999999999999999"}',
    );
  });

  it("is a list or a text where the schema wants one: all arguments, or the only one", () => {
    assert.equal(written({ shape: { type: "array" } }, [1, 2]), "[1,2]");
    assert.equal(written({ shape: { type: "array" } }, { body: [1, 2] }), "[1,2]");
    assert.equal(written({ shape: { type: "string" } }, { text: "a" }), '"a"');
    assert.throws(() => written({ shape: { type: "array" } }, { a: 1, b: 2 }), CallProblem);
  });

  it("is the argument that is called like the body parameter of OpenAPI 2", () => {
    const shape: BodyPlan["shape"] = { type: "object", properties: { name: { type: "string" } } };
    assert.equal(written({ name: "pet", shape }, { pet: { name: "Rex" } }), '{"name":"Rex"}');
    assert.equal(written({ name: "name", shape }, { name: "Rex" }), '{"name":"Rex"}');
    assert.equal(written({ name: "pet", shape }, { name: "Rex" }), '{"name":"Rex"}');
  });

  it("says that secrets are to be written as JSON", () => {
    assert.equal(written({}, { a: 'x"\ufdd0T\ufdd1' }), '{"a":"x\\"\ufffdT\ufffd"}');
    const text = writeBody(json, new Map([["a", 'x"\ufdd0T\ufdd1']]))?.text;
    assert.equal(text, '{"a":"x\\"\ufdd0T\ufdd2json\ufdd1"}');
  });
});

describe("a form", () => {
  const form: Partial<BodyPlan> = { kind: "form", mediaType: "application/x-www-form-urlencoded" };

  it("repeats arrays, writes objects as JSON and leaves nulls out", () => {
    assert.equal(
      written(form, { a: "x y&z", b: [1, 2], c: { d: 1 }, e: null }),
      "a=x%20y%26z&b=1&b=2&c=%7B%22d%22%3A1%7D",
    );
  });

  it("is written as the document says", () => {
    const encoding: BodyPlan["encoding"] = {
      list: { style: "pipeDelimited", explode: false },
      deep: { style: "deepObject", explode: true },
      data: { contentType: "application/json" },
      url: { allowReserved: true },
    };
    assert.equal(
      written({ ...form, encoding }, { list: [1, 2], deep: { a: 1 }, data: [1], url: "a/b" }),
      "list=1%7C2&deep%5Ba%5D=1&data=%5B1%5D&url=a/b",
    );
  });
});

describe("a multipart body", () => {
  const parts: Partial<BodyPlan> = {
    kind: "multipart",
    mediaType: "multipart/form-data",
    shape: { type: "object", properties: { file: { isFile: true } } },
    encoding: { meta: { contentType: "application/merge-patch+json" } },
  };

  it("has a part for each value, and a boundary that depends on nothing else", () => {
    const value = valueOf({ note: "hi", file: "a,b\n", tags: ["x", "y"], meta: { a: 1 }, none: null });
    const first = writeBody({ ...json, ...parts }, value)!;
    const boundary = /^multipart\/form-data; boundary=(autoflow-[0-9a-f]{32})$/.exec(first.mediaType)?.[1];
    assert.ok(boundary !== undefined);
    assert.equal(
      first.text.replaceAll(boundary, "B"),
      [
        '--B\r\nContent-Disposition: form-data; name="note"\r\n\r\nhi\r\n',
        '--B\r\nContent-Disposition: form-data; name="file"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\na,b\n\r\n',
        '--B\r\nContent-Disposition: form-data; name="tags"\r\n\r\nx\r\n',
        '--B\r\nContent-Disposition: form-data; name="tags"\r\n\r\ny\r\n',
        '--B\r\nContent-Disposition: form-data; name="meta"\r\nContent-Type: application/merge-patch+json\r\n\r\n{"a":1}\r\n',
        "--B--\r\n",
      ].join(""),
    );
    assert.deepEqual(writeBody({ ...json, ...parts }, value), first);
  });

  it("lets no name of a part break out of its header", () => {
    assert.match(written(parts, { 'a"\r\nX: 1': "v" })!, /name="a%22%0D%0AX: 1"/);
  });
});

describe("any other body", () => {
  it("is the text of the only argument, or JSON", () => {
    const text: Partial<BodyPlan> = { kind: "text", mediaType: "text/plain" };
    assert.equal(written(text, { message: "hello" }), "hello");
    assert.equal(written(text, "hello"), "hello");
    assert.equal(written(text, { a: 1, b: 2 }), '{"a":1,"b":2}');
    const xml: Partial<BodyPlan> = { kind: "text", mediaType: "application/xml" };
    assert.equal(written(xml, { body: "<a/>" }), "<a/>");
    assert.throws(() => written(xml, { a: 1, b: 2 }), /is sent as it is/);
  });
});
