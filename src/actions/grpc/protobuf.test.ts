import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { WireValue } from "../../core/wire.ts";
import { decodeMessage } from "./protobuf-decode.ts";
import { encodeMessage } from "./protobuf-encode.ts";
import { ProtobufProblem, readTypes } from "./protobuf-types.ts";

const types = readTypes({
  M: {
    kind: "message",
    fields: [
      { name: "flags", json: "flags", number: 1, type: "int32", key: "bool" },
      { name: "big", json: "big", number: 2, type: "string", key: "int64" },
      { name: "old", json: "old", number: 3, type: "int32", repeated: true },
      { name: "deep", json: "deep", number: 4, type: "M", presence: true },
      { name: "value", json: "value", number: 5, type: "google.protobuf.Value", presence: true },
      { name: "d", json: "d", number: 6, type: "double", presence: true },
      { name: "e", json: "e", number: 7, type: "E", presence: true },
      { name: "a", json: "a", number: 8, type: "string", oneof: "c", presence: true },
      { name: "b", json: "b", number: 9, type: "string", oneof: "c", presence: true },
    ],
  },
  E: { kind: "enum", values: { ZERO: 0, ALSO_ZERO: 0 } },
});

/** The fields of a message, one after the other. */
const bytes = (...fields: string[]): string => fields.join("");
const hex = (written: Uint8Array): string => Buffer.from(written).toString("hex");
const encode = (value: WireValue): Uint8Array => encodeMessage(types, "M", value);
const decode = (given: string | Uint8Array): unknown =>
  JSON.parse(JSON.stringify(decodeMessage(types, "M", typeof given === "string" ? Buffer.from(given, "hex") : given)));

describe("protobuf", () => {
  it("has maps as lists of keys and values", () => {
    assert.equal(hex(encode({ flags: { true: 1, false: 2 } })), bytes("0a0408011001", "0a0408001002"));
    assert.deepEqual(decode(bytes("0a0408011001", "0a0410020800")), { flags: { true: 1, false: 2 } });
    assert.deepEqual(decode(bytes("0a00", "1200")), { flags: { false: 0 }, big: { "0": "" } });
    assert.deepEqual(decode(encode({ big: { "-9223372036854775808": "x" } })), {
      big: { "-9223372036854775808": "x" },
    });
  });

  it("reads repeated numbers packed or not, whatever was declared", () => {
    assert.deepEqual(decode(bytes("1a020102", "1803")), { old: [1, 2, 3] });
  });

  it("skips what it does not know: numbers, texts, groups", () => {
    assert.deepEqual(
      decode(bytes("a00601", "a2060161", "a306a80601a406", "a50600000000", "a1060000000000000000", "1801")),
      { old: [1] },
    );
  });

  it("has the last of several values, also of a oneof", () => {
    assert.deepEqual(decode(bytes("420161", "4a0162")), { b: "b" });
    assert.throws(() => encode({ a: "x", b: "y" }), /M: only one of a and b may be set/);
  });

  it("writes what JSON lacks as texts", () => {
    for (const d of ["NaN", "Infinity", "-Infinity"]) assert.deepEqual(decode(encode({ d })), { d });
    assert.deepEqual(decode(encode({ d: "1.5" })), { d: 1.5 });
    assert.throws(() => encode({ d: "much" }), ProtobufProblem);
  });

  it("has an enum's first name, and its number when there is none", () => {
    assert.deepEqual(decode("3800"), { e: "ZERO" });
    assert.deepEqual(decode("38ffffffffffffffffff01"), { e: -1 });
    assert.equal(hex(encode({ e: "ALSO_ZERO" })), "3800");
    assert.throws(() => encode({ e: "ONE" }), /M\.e must be one of ZERO, ALSO_ZERO, got "ONE"/);
  });

  it("refuses messages in messages without end", () => {
    let value: WireValue = {};
    for (let i = 0; i < 150; i++) value = { deep: value };
    assert.throws(() => encode(value), /nested more than 100 deep/);
    let list: WireValue = [];
    for (let i = 0; i < 150; i++) list = [list];
    assert.throws(() => encode({ value: list }), /nested more than 100 deep/);
    let nested = Buffer.alloc(0);
    for (let i = 0; i < 150; i++) nested = Buffer.concat([Buffer.from([0x22]), varint(nested.length), nested]);
    assert.throws(() => decode(nested), /nested more than 100 deep/);
  });

  it("reads or refuses any bytes, and never fails otherwise", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (any) => {
        try {
          decode(any);
        } catch (error) {
          if (!(error instanceof ProtobufProblem)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("reads any JSON value as it was written", () => {
    const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes("__proto__"));
    fc.assert(
      fc.property(json, (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as WireValue;
        assert.deepEqual(decode(encode({ value: plain })), { value: plain });
      }),
      { numRuns: 300 },
    );
  });
});

function varint(value: number): Buffer {
  return value < 128 ? Buffer.from([value]) : Buffer.from([(value & 127) | 128, value >> 7]);
}
