/** Numbers that are printed and computed with, in great numbers, beside starlark-go: every digit is the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerTo } from "../../src/languages/starlark/testing/fuzz/answer.ts";
import { Random } from "../../src/languages/starlark/testing/fuzz/random.ts";
import { findStarlarkGo, runStarlarkGo } from "../support/starlark-go.ts";
import { tempFolder } from "../support/temp-folder.ts";

const found = findStarlarkGo();
const skip = "missing" in found && `NOT compared with starlark-go: ${found.missing}`;
const rotatingSeed = Math.floor(Date.now() / 60_000) % 2 ** 31;

const view = new DataView(new ArrayBuffer(8));

/** Any double, of any bits, or one that people write. */
function double(random: Random): string {
  if (random.chance(0.3)) {
    const digits = random.below(10 ** random.between(1, 9));
    return asFloat(digits / 10 ** random.between(0, 9));
  }
  if (random.chance(0.2)) return asFloat(2 ** random.between(-1074, 1023) * random.pick([1, -1, 3, 5]));
  view.setUint32(0, random.bits());
  view.setUint32(4, random.bits());
  const value = view.getFloat64(0);
  return asFloat(value);
}

function asFloat(value: number): string {
  const text = String(Number.isFinite(value) ? value : 0.5);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function int(random: Random): string {
  const size = random.pick([4, 8, 31, 53, 64, 100, 300]);
  let value = 0n;
  for (let bits = 0; bits < size; bits += 32) value = (value << 32n) | BigInt(random.bits());
  value &= (1n << BigInt(size)) - 1n;
  return String(random.chance(0.4) ? -value : value);
}

const unary =
  "ceil floor fabs round exp sqrt acos asin atan cos sin tan degrees radians acosh asinh atanh cosh sinh tanh gamma log".split(
    " ",
  );
const binary = ["copysign", "mod", "pow", "remainder", "atan2", "hypot", "log"];

const lines: Record<string, (random: Random) => string> = {
  "floats as text": (random) => {
    const value = double(random);
    return `print("%g %G %e %E %f" % (${value}, ${value}, ${value}, ${value}, ${value}), str(${value}), repr(${value}), [${value}])`;
  },
  "floats read back": (random) => {
    const value = double(random);
    return `print(float(str(${value})) == ${value}, float("%e" % ${value}), hash(str(${value})), {${value}: 1}.get(${value}))`;
  },
  "floats computed with": (random) => {
    const [a, b] = [double(random), random.chance(0.3) ? int(random) : double(random)];
    const operator = random.pick(["+", "-", "*", "/", "//", "%", "<", "==", ">="]);
    return `print(${a} ${operator} (${b} or 1), (${b}) < ${a}, (${b}) == ${a})`;
  },
  "ints and floats": (random) => {
    const [a, b] = [int(random), double(random)];
    return `print(float(${a}), ${a} / (${int(random)} or 1), int(${b}), ${a} < ${b}, ${a} == ${b}, "%d" % ${b}, "%g" % ${a})`;
  },
  "ints computed with": (random) => {
    const [a, b] = [int(random), int(random)];
    const shift = random.below(200);
    return [
      `print(${a} + ${b}, ${a} - ${b}, ${a} * ${b}, (${a}) // ((${b}) or 1), (${a}) % ((${b}) or 1))`,
      `print((${a}) & (${b}), (${a}) | (${b}), (${a}) ^ (${b}), ~(${a}), (${a}) << ${shift}, (${a}) >> ${shift})`,
      `print("%d %x %X %o" % ((${a}, ) * 4), str(${a}), int(str(${a})), int("%x" % (${a}), 16), {${a}: 1}, (${a}) < (${b}))`,
    ].join("\n");
  },
  "math of one float": (random) => {
    const value = random.chance(0.7) ? asFloat((random.bits() / 2 ** 32) * random.pick([1, 10, 700])) : double(random);
    const name = random.pick(unary);
    const sign = random.chance(0.4) ? "-" : "";
    // What these cannot do is an error, which would be the end.
    if (["ceil", "floor"].includes(name)) return `print(math.${name}(${sign}${value}))`;
    return `print(${JSON.stringify(name)}, math.${name}(${name === "log" ? `abs(${value}) + 1e-300` : `${sign}${value}`}))`;
  },
  "math of two floats": (random) => {
    const name = random.pick(binary);
    const [a, b] = [double(random), random.chance(0.5) ? `${random.between(2, 9)}` : double(random)];
    // Go's logarithm of subnormal numbers is another one on some processors.
    const args = name === "log" ? `abs(${a}) + 1e-300, abs(${b}) + 2` : `${a}, ${b}`;
    return `print(${JSON.stringify(name)}, math.${name}(${args}))`;
  },
};

for (const [name, makeLine] of Object.entries(lines)) {
  test(`${name}, seed ${rotatingSeed}`, { skip, timeout: 60_000 }, async () => {
    assert.ok("file" in found);
    using folder = tempFolder();
    for (const seed of [1, rotatingSeed]) {
      const random = new Random(seed);
      const source = random.several(400, 400, () => makeLine(random)).join("\n");
      const go = await runStarlarkGo(found.file, folder.path, source);
      const ours = answerTo(source, { limits: { stepsPerTurn: 10_000_000 } });
      const [wanted, got] = [go.text.split("\n"), ours.text.split("\n")];
      const at = wanted.findIndex((line, i) => line !== got[i]);
      assert.equal(got[at], wanted[at], `line ${at + 1} of seed ${seed}: ${source.split("\n")[at]}`);
      assert.equal(ours.status, "ok", ours.text.slice(-300));
      assert.equal(ours.text, go.text);
    }
  });
}
