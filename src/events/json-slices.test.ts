import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { sliceMember } from "./json-slices.ts";

function slice(text: string, name = "data"): string | undefined {
  const json = Buffer.from(text);
  const { member, end } = sliceMember(json, 0, name);
  assert.equal(end, json.length);
  return member === undefined ? undefined : json.subarray(member.start, member.end).toString();
}

describe("slicing a member out of JSON", () => {
  it("gives exactly what stands there", () => {
    assert.equal(slice('{"id":1,"data":{"b":1.0,"a":[1e2]},"x":2}'), '{"b":1.0,"a":[1e2]}');
    assert.equal(slice('{ "data" : 12345678901234567890 }'), "12345678901234567890");
    assert.equal(slice('{\n"data"\t:\r\n"a \\" } \\\\"\n}'), '"a \\" } \\\\"');
    assert.equal(slice('{"data":true}'), "true");
    assert.equal(slice('{"data":null,"y":0}'), "null");
    assert.equal(slice('{"data":[] ,"y":0}'), "[]");
    assert.equal(slice('{"data":"]}ü€😀"}'), '"]}ü€😀"');
  });

  it("gives nothing when the member is not there, or only deeper", () => {
    assert.equal(slice("{}"), undefined);
    assert.equal(slice("{ }"), undefined);
    assert.equal(slice('{"x":{"data":1},"dat":2,"datas":3,"y":"data"}'), undefined);
  });

  it("takes the last of several, and knows a key in disguise", () => {
    assert.equal(slice('{"data":1,"data":2}'), "2");
    assert.equal(slice('{"data":1,"d\\u0061ta":3}'), "3");
    assert.equal(slice('{"data":1,"\\u0064ate":3}'), "1");
  });

  it("agrees with JSON.parse about any object, however it is written", () => {
    const key = fc.oneof(fc.constant("data"), fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(key, fc.jsonValue()), { maxLength: 6 }),
        fc.constantFrom("", " ", "\n\t"),
        (members, gap) => {
          const write = ([name, value]: [string, unknown]) =>
            `${gap}${JSON.stringify(name)}${gap}:${gap}${JSON.stringify(value, null, gap)}${gap}`;
          const text = `{${members.map(write).join(",")}${gap}}`;
          const parsed = JSON.parse(text) as Record<string, unknown>;
          const found = slice(text);
          assert.deepEqual(found === undefined ? undefined : (JSON.parse(found) as unknown), parsed["data"]);
        },
      ),
    );
  });
});
