/** The machine alone and with everything translated at once: nobody can tell them apart. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Image, Limits } from "../../../core/program.ts";
import { functionBody } from "../testing/generated-script.ts";
import { suitePrograms } from "../testing/programs.ts";
import { printedAssertions } from "../testing/printed-assertions.ts";
import { seen, type SeenOptions } from "../testing/seen-run.ts";
import { compileResult } from "../testing/virtual-run.ts";

/** The programs of the suites as driver images. */
function suiteImages(): { name: string; image: Image }[] {
  return suitePrograms().flatMap(({ name, source }) => {
    if (source.includes("freeze(")) return [];
    const text = `load("//assert.star", "assert")\n${source}`;
    const { image } = compileResult({ [name.replace(/:.*/, "")]: text, "assert.star": printedAssertions }, "driver");
    return image === undefined ? [] : [{ name, image }];
  });
}

function assertSame(image: Image, name: string, options: Omit<SeenOptions, "tier"> = {}): void {
  const alone = seen(image, { ...options, tier: "never" });
  assert.deepEqual(seen(image, { ...options, tier: "at-once" }), alone, `${name} ${JSON.stringify(options)}`);
}

/** Limits that end a program somewhere, at different places. */
const narrow: Partial<Limits>[] = [
  ...[20, 47, 101, 333].map((stepsPerTurn) => ({ stepsPerTurn })),
  ...[300, 1000, 3000, 9000].map((memoryBytes) => ({ memoryBytes })),
  { depth: 3 },
];

test("every program of the suites does the same when it is translated", () => {
  const images = suiteImages();
  assert.ok(images.length > 100, `${images.length} programs`);
  for (const { name, image } of images) {
    assertSame(image, name);
    assertSame(image, name, { budget: 13 });
    assertSame(image, name, { parking: true });
  }
});

test("every program of the suites meets the same limits when it is translated", () => {
  suiteImages().forEach(({ name, image }, i) => {
    // Each program meets three of them.
    for (let k = 0; k < 3; k++) assertSame(image, name, { limits: narrow[(3 * i + k) % narrow.length]! });
  });
});

test("a slice may end at every instruction", () => {
  const sources = [
    "def f(n, v):\n    return max(v) if n - 1 < len('abc') else 2\n\nprint(f(0, [1]) + 1, f(5, [1]))\n",
    "def f(a, b):\n    c = a and b or (a if b else [b][0])\n    return c or (b and a)\n\nprint(f(0, 2), f(1, 0))\n",
    "def f(v):\n    return {x: x[0] if x else len(v) for x in v if x or not x}\n\nprint(f(['a', '']))\n",
  ];
  for (const source of sources) {
    const { image } = compileResult({ "main.star": source }, "driver");
    for (let budget = 1; budget < 60; budget++) assertSame(image!, source, { budget });
  }
});

/** Functions that calls fit in different ways. */
const definitions = [
  `
def step(x):
    return x

def inc(x, y = 1, *rest, by = 1, **more):
    return step(x) + by if y else rest
`,
  `
def step(x, again = None):
    return x

def inc(x, y = 1, *, by = 1):
    return step(x, again = y) + by if y else step(again = x, x = by)
`,
];

function scriptOf(definition: string, body: readonly string[]): string {
  const lines = body.map((line) => `    ${line}\n`).join("");
  return `${definition}
def call(f):
    return step(f())

def attempted(f):
    return w.attempt(f)

def main(a, e):
    b, c, d = "b", [3], None
${lines}    return [str(x) for x in (a, b, c, d, e)]

for i in range(3):
    print(w.attempt(lambda: main(i, [4])))
print(main(1, [5]))
`;
}

test("generated programs do the same when they are translated", () => {
  const options: Omit<SeenOptions, "tier">[] = [
    {},
    { budget: 7 },
    { parking: true },
    ...narrow.map((limits) => ({ limits })),
  ];
  fc.assert(
    fc.property(
      functionBody,
      fc.constantFrom(...definitions),
      fc.constantFrom(...options),
      (body, definition, chosen) => {
        const script = scriptOf(definition, body);
        const { image } = compileResult({ "main.star": script }, "driver");
        assertSame(image!, script, chosen);
      },
    ),
    { numRuns: 200 },
  );
});
