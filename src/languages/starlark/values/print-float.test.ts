import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { printFloat } from "./print-float.ts";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

test("the shortest text reads back as the same float, and is seen to be one", () => {
  fc.assert(
    fc.property(finite, (value) => {
      const text = printFloat(value);
      assert.ok(Object.is(Number(text), value));
      assert.match(text, /[.e]/);
    }),
    { numRuns: 2000 },
  );
});

test("six digits, rounded exactly", () => {
  fc.assert(
    fc.property(finite, (value) => {
      const [fixed, exponent] = [printFloat(value, "f"), printFloat(value, "e")];
      assert.match(fixed, /^-?\d+\.\d{6}$/);
      assert.match(exponent, /^-?\d\.\d{6}e[+-]\d{2,3}$/);
      const magnitude = Math.abs(value);
      if (magnitude > 1e-300 && magnitude < 1e300) {
        assert.ok(Math.abs(Number(exponent) - value) <= magnitude * 5.000001e-7);
      }
    }),
    { numRuns: 1000 },
  );
});

test("ties go to the even digit, unlike the host's", () => {
  assert.equal(printFloat(1000000.5, "e"), "1.000000e+06");
  assert.equal(printFloat(1000001.5, "e"), "1.000002e+06");
  assert.equal(printFloat(0.00000025, "f"), "0.000000");
  assert.equal(printFloat(1.5 * 2 ** -20, "f"), "0.000001");
  assert.equal(printFloat(9999999.5, "e"), "1.000000e+07");
});

test("specials and capitals", () => {
  assert.deepEqual(
    [Number.NaN, Infinity, -Infinity, -0].map((value) => printFloat(value)),
    ["nan", "+inf", "-inf", "-0.0"],
  );
  assert.equal(printFloat(1e30, "G"), "1E+30");
  assert.equal(printFloat(1.5, "E"), "1.500000E+00");
});
