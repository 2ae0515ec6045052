/**
 * Writes src/languages/starlark/values/unicode-tables.ts from the Unicode character database, version 15.0 (the one of the
 * Go release that starlark-go's answers are compared with). The database is fetched for the purpose and is no dependency:
 *
 *   npm install --no-save @unicode/unicode-15.0.0 && node scripts/unicode-tables.js
 */
import { writeFileSync } from "node:fs";

const database = "@unicode/unicode-15.0.0";
const target = new URL("../src/languages/starlark/values/unicode-tables.ts", import.meta.url);

const load = async (path) => (await import(`${database}/${path}/code-points.mjs`)).default;
const category = (name) => load(`General_Category/${name}`);

const upperMap = await load("Simple_Case_Mapping/Uppercase");
const lowerMap = await load("Simple_Case_Mapping/Lowercase");
const titleMap = new Map([...upperMap, ...(await load("Simple_Case_Mapping/Titlecase"))]);
const foldMap = new Map([...(await load("Case_Folding/C")), ...(await load("Case_Folding/S"))]);
const cased = [...foldMap.keys(), ...foldMap.values()].flat();
const printable = ["Letter", "Mark", "Number", "Punctuation", "Symbol"];

const tables = {
  letter: sets(await category("Letter")),
  digit: sets(await category("Decimal_Number")),
  space: sets(await load("Binary_Property/White_Space")),
  upper: sets(await category("Uppercase_Letter")),
  lower: sets(await category("Lowercase_Letter")),
  title: sets(await category("Titlecase_Letter")),
  cased: sets(cased),
  printable: sets([0x20, ...(await Promise.all(printable.map(category))).flat()]),
  toUpper: mappings(upperMap),
  toLower: mappings(lowerMap),
  toTitle: mappings(titleMap),
};

/** Runs of code points at the same distance (1 or 2) from each other, as text. */
function sets(points) {
  return encode([...new Set(points)].sort((a, b) => a - b).map((point) => [point, 0]));
}

function mappings(map) {
  const pairs = [...map].map(([from, to]) => [from, [to].flat()[0] - from]);
  return encode(pairs.filter(([, delta]) => delta !== 0).sort((a, b) => a[0] - b[0]));
}

/** One run is "gap.count.stride.delta" in base 36; zeros and ones at the end are left out. */
function encode(pairs) {
  const runs = [];
  let end = 0;
  for (let i = 0; i < pairs.length;) {
    const [first, delta] = pairs[i];
    const stride = pairs[i + 1]?.[1] === delta && pairs[i + 1][0] - first <= 2 ? pairs[i + 1][0] - first : 1;
    let count = 1;
    while (pairs[i + count]?.[1] === delta && pairs[i + count][0] === first + count * stride) count++;
    runs.push(run(first - end, count, stride, delta));
    end = first + (count - 1) * stride;
    i += count;
  }
  return runs.join(" ");
}

function run(gap, count, stride, delta) {
  const numbers = [gap, count, stride, delta].map((number) => number.toString(36));
  if (delta !== 0) return numbers.join(".");
  if (stride !== 1) return numbers.slice(0, 3).join(".");
  return count === 1 ? numbers[0] : numbers.slice(0, 2).join(".");
}

const text = Object.entries(tables)
  .map(([name, runs]) => `export const ${name}Runs =\n  "${runs}";\n`)
  .join("\n");

writeFileSync(
  target,
  `/**
 * Unicode 15.0, written by scripts/unicode-tables.js. A table is a list of runs "gap.count.stride.delta" in base 36: \`gap\` is the
 * distance from the last code point of the run before, \`delta\` what a mapping adds. \`unicode.ts\` reads them.
 */
${text}`,
);
