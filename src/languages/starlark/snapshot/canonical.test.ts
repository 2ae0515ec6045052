/** Equal states give equal bytes, whatever way they came about; and what is read back is written the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Evaluator } from "../run/evaluate.ts";
import { fromText } from "../values/text.ts";
import { equals } from "../values/compare.ts";
import { repr } from "../values/print.ts";
import type { Value } from "../values/value.ts";
import { CountingThread } from "../library/counting-thread.ts";

const thread = new CountingThread();

/** Two expressions for one value: as it is written, and by a detour. */
interface Twice {
  plain: string;
  detour: string;
}

/** What detours lead through. No generated tuple has four elements. */
const helpers = `
gone = (1, 2, 3, 4)

def text(parts):
    built = ""
    for part in parts:
        built += part
    return ("x" + built + "y")[1:-1]

def number(a, b):
    return a + b + (1 << 200) - (1 << 200)

def items(values):
    built = [None]
    for value in values:
        built.append(value)
        built.append(value)
        built.pop()
    built.pop(0)
    return built

def table(pairs):
    built = {gone: 1}
    for key, value in pairs:
        built[key] = None
    for key, value in reversed(pairs):
        built[key] = value
    built.pop(gone)
    return built

def several(values):
    built = set([gone])
    for value in values:
        built.add(value)
        built.add(value)
    built.remove(gone)
    return built
`;

const hashable = fc.letrec<{ value: Twice }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("None", "True", "False", "1.5", "-0.0", 'b"\\xff"').map((text) => ({ plain: text, detour: text })),
    fc
      .oneof(fc.integer(), fc.bigInt())
      .chain((value) =>
        fc.bigInt().map((part) => ({ plain: `${value}`, detour: `number(${part}, ${BigInt(value) - part})` })),
      ),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => {
      const plain = `float("${value}")`;
      return { plain, detour: `json.decode(json.encode(${plain}))` };
    }),
    fc.array(fc.constantFrom("a", "b", "é", "😀", " "), { maxLength: 6 }).map((parts) => {
      const quoted = parts.map((part) => JSON.stringify(part));
      return { plain: JSON.stringify(parts.join("")), detour: `text([${quoted.join(", ")}])` };
    }),
    fc.array(tie("value"), { maxLength: 3 }).map((values) => ({
      plain: `(${values.map(({ plain }) => `${plain},`).join(" ")})`,
      detour: `tuple([${values.map(({ detour }) => detour).join(", ")}])`,
    })),
  ),
})).value;

function joined(values: readonly Twice[], which: keyof Twice): string {
  return values.map((value) => value[which]).join(", ");
}

const anything = fc.letrec<{ value: Twice }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    hashable,
    fc.constant({ plain: "range(2, 6, 2)", detour: "range(10)[2:6:2]" }),
    fc.array(tie("value"), { maxLength: 4 }).map((values) => ({
      plain: `[${joined(values, "plain")}]`,
      detour: `items([${joined(values, "detour")}])`,
    })),
    fc.array(hashable, { maxLength: 4 }).map((values) => ({
      plain: `set([${joined(values, "plain")}])`,
      detour: `several([${joined(values, "detour")}])`,
    })),
    fc.array(fc.tuple(hashable, tie("value")), { maxLength: 4 }).map((pairs) => {
      const pair = ([key, value]: readonly [Twice, Twice], which: keyof Twice) => `(${key[which]}, ${value[which]})`;
      return {
        plain: `dict([${pairs.map((one) => pair(one, "plain")).join(", ")}])`,
        // Of equal keys the last value counts, and the place of the first.
        detour: `table(dict([${pairs.map((one) => pair(one, "detour")).join(", ")}]).items())`,
      };
    }),
  ),
})).value;

function valueOf(expression: string): Value {
  return new Evaluator().evaluate("made.star", `${helpers}\nmade = ${expression}\n`).get("made")!;
}

/** The bytes of an evaluation that waits and keeps a value, and that value as it is read back. */
function stored(value: Value): { bytes: Uint8Array; again: Uint8Array; back: Value } {
  const evaluator = new Evaluator({ defer: () => {} });
  const evaluation = evaluator.start("main.star", "print(1)\n");
  assert.equal(evaluation.step(), "waiting");
  const bytes = evaluation.snapshot([value]);
  const restored = evaluator.restore(bytes);
  return { bytes, again: restored.evaluation.snapshot(restored.kept), back: restored.kept[0]! };
}

test("equal values give equal bytes, whichever way they were made", () => {
  fc.assert(
    fc.property(anything, ({ plain, detour }) => {
      const [one, other] = [valueOf(plain), valueOf(detour)];
      assert.equal(repr(thread, one), repr(thread, other));
      assert.deepEqual(stored(other).bytes, stored(one).bytes);
    }),
    { numRuns: 400 },
  );
});

test("what is read back is the same value, and is written the same", () => {
  fc.assert(
    fc.property(anything, ({ detour }) => {
      const value = valueOf(detour);
      const { bytes, again, back } = stored(value);
      assert.deepEqual(again, bytes);
      assert.equal(repr(thread, back), repr(thread, value));
      assert.ok(equals(thread, back, value));
    }),
    { numRuns: 400 },
  );
});

test("values that differ give other bytes", () => {
  fc.assert(
    fc.property(anything, anything, (a, b) => {
      const [one, other] = [valueOf(a.plain), valueOf(b.plain)];
      const same = repr(thread, one) === repr(thread, other);
      assert.equal(Buffer.from(stored(one).bytes).equals(stored(other).bytes), same);
    }),
    { numRuns: 300 },
  );
});

test("what is shared stays shared, and what is not does not", () => {
  const shared = valueOf("[part, part]".replaceAll("part", "[1]"));
  const really = new Evaluator().evaluate("made.star", "part = [1]\nmade = [part, part]\n").get("made")!;
  assert.ok(equals(thread, shared, really));
  assert.notDeepEqual(stored(shared).bytes, stored(really).bytes);
  assert.equal(fromText(repr(thread, stored(really).back)), "[[1], [1]]");
});
