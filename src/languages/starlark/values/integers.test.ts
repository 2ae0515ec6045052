import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CountingThread } from "../library/counting-thread.ts";
import { binary, unary, type ArithmeticOperator } from "./binary.ts";
import { EvalError } from "./errors.ts";
import { canonicalInt, compareNumbers, type Int } from "./integers.ts";
import { Float } from "./value.ts";

const int: fc.Arbitrary<Int> = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, 1, -1, 2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 31, -(2 ** 31)),
  fc.bigInt({ min: -(1n << 80n), max: 1n << 80n }).map((value) => canonicalInt(value)),
);

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

const reference: Partial<globalThis.Record<ArithmeticOperator, (a: bigint, b: bigint) => bigint>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "//": floorDivide,
  "%": (a, b) => a - b * floorDivide(a, b),
};

function assertInt(actual: unknown, expected: bigint): void {
  assert.ok(typeof actual === "number" || typeof actual === "bigint");
  assert.equal(typeof actual === "number", Number.isSafeInteger(Number(expected)), `${expected} in its one form`);
  assert.equal(BigInt(actual), expected);
  assert.ok(!Object.is(actual, -0));
}

for (const [operator, compute] of Object.entries(reference)) {
  test(`int ${operator} int`, () => {
    fc.assert(
      fc.property(int, int, (a, b) => {
        fc.pre(BigInt(b) !== 0n || (operator !== "//" && operator !== "%"));
        assertInt(binary(new CountingThread(), operator as ArithmeticOperator, a, b), compute(BigInt(a), BigInt(b)));
      }),
      { numRuns: 1000 },
    );
  });
}

test("shifts and unary operators", () => {
  fc.assert(
    fc.property(int, fc.integer({ min: 0, max: 511 }), (a, count) => {
      assertInt(binary(new CountingThread(), "<<", a, count), BigInt(a) << BigInt(count));
      assertInt(binary(new CountingThread(), ">>", a, count), BigInt(a) >> BigInt(count));
      assertInt(unary(new CountingThread(), "-", a), -BigInt(a));
      assertInt(unary(new CountingThread(), "~", a), ~BigInt(a));
    }),
    { numRuns: 1000 },
  );
});

test("ints and floats are compared exactly", () => {
  assert.equal(compareNumbers(2n ** 53n + 1n, 2 ** 53), 1);
  assert.equal(compareNumbers(2 ** 53 - 1, 2 ** 53), -1);
  assert.equal(compareNumbers(10n ** 400n, Infinity), -1);
  assert.equal(compareNumbers(Number.NaN, Infinity), 1);
  assert.equal(compareNumbers(Number.NaN, Number.NaN), 0);
});

test("an int of more than 256 Kibit is refused, and work is accounted for before it is done", () => {
  const thread = new CountingThread();
  let value: Int = 3;
  assert.throws(() => {
    for (;;) value = binary(thread, "*", value, value) as Int;
  }, new EvalError("int too large: the result would have more than 262144 bits"));
  assert.ok(thread.steps > 1000 && Number.isInteger(thread.steps));
  assert.ok(thread.bytes > 30_000);
  const largest = (1n << 262_144n) - 1n;
  assert.throws(() => binary(thread, "<<", largest, 16), EvalError);
  assert.throws(() => binary(thread, "*", largest, largest), EvalError);
});

test("too large an int is no float", () => {
  const large = canonicalInt(1n << 1024n);
  for (const operator of ["+", "-", "*", "/", "//", "%"] as const) {
    assert.throws(
      () => binary(new CountingThread(), operator, large, new Float(1)),
      new EvalError("int too large to convert to float"),
    );
  }
});
