import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { createRedactor, redactorFor } from "./redaction.ts";

describe("redaction", () => {
  it("hides a value wherever it stands, also inside JSON and percent-encoded", () => {
    const value = 'a"b\\c/d e';
    const redactor = createRedactor([value]);
    assert.equal(redactor.text(`x${value}y${value}`), "x***y***");
    assert.equal(redactor.text(JSON.stringify({ value })), '{"value":"***"}');
    assert.equal(redactor.text(`https://example.com/?q=${encodeURIComponent(value)}`), "https://example.com/?q=***");
  });

  it("hides a value in base64 and base64url of what holds it, wherever it begins in a group of bytes", () => {
    const value = "s3cr3t>>>???~~~-ÿÿÿ-token";
    const redactor = createRedactor([value]);
    for (const before of ["", "u", "us", "usr", "user:"]) {
      for (const after of ["", "!", "!!", "!!!", ":and more"]) {
        const whole = Buffer.from(before + value + after);
        const base64 = whole.toString("base64");
        const spellings = [
          base64,
          whole.toString("base64url"),
          encodeURIComponent(base64),
          base64.replaceAll("/", "\\/"),
        ];
        for (const spelling of spellings) {
          const text = `{"authorization":"Basic ${spelling}"}`;
          const redacted = redactor.text(text);
          assert.match(redacted, /Basic .{0,7}\*\*\*.{0,20}"\}$/, `${before}|${after}: ${redacted}`);
          assert.equal(Buffer.from(redactor.bytes(Buffer.from(text))).toString(), redacted);
        }
      }
    }
  });

  it("takes no short piece of base64 for a value", () => {
    assert.equal(createRedactor(["abcd"]).text("YWJjZA"), "YWJjZA");
    assert.equal(createRedactor(["abcde"]).text("YWJjZGU="), "***");
  });

  it("hides what the environment gives as secrets, also when no definition is at hand that asks for it", () => {
    const names = (_: string, asked: readonly string[] | "all" = []) => (asked === "all" ? ["TOKEN"] : []);
    const redactor = redactorFor("1", {
      names,
      value: (_project, name) => (name === "TOKEN" ? "of-the-environment" : undefined),
    });
    assert.equal(redactor.text("Bearer of-the-environment"), "Bearer ***");
  });

  it("hides the longer of two values that begin alike", () => {
    assert.equal(createRedactor(["token", "token-long"]).text("token-long token"), "*** ***");
  });

  it("takes no character of a value for a pattern", () => {
    assert.equal(createRedactor([".*+?^${}()|[]\\/-"]).text("abcdef .*+?^${}()|[]\\/-"), "abcdef ***");
  });

  it("leaves what is too short to be hidden", () => {
    assert.equal(createRedactor(["", "abc"]).text("abc"), "abc");
  });

  it("hides values in bytes that are not text and leaves the other bytes", () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0x00]), Buffer.from("pässword"), Buffer.from([0xfe])]);
    const expected = Buffer.concat([Buffer.from([0xff, 0x00]), Buffer.from("***"), Buffer.from([0xfe])]);
    assert.deepEqual(Buffer.from(createRedactor(["pässword"]).bytes(bytes)), expected);
  });

  it("leaves no value in any text", () => {
    const secrets = fc.array(fc.string({ minLength: 4, unit: "grapheme" }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(secrets, fc.array(fc.oneof(fc.nat({ max: 2 }), fc.string())), (values, parts) => {
        // A value made of stars could appear by the hiding itself.
        fc.pre(values.every((value) => !value.includes("*")));
        const text = parts.map((part) => (typeof part === "number" ? (values[part] ?? "") : part)).join(" | ");
        const redacted = createRedactor(values).text(text);
        for (const value of values) assert.ok(!redacted.includes(value), `${value} in ${redacted}`);
      }),
    );
  });
});
