/**
 * Writes src/languages/starlark/values/unicode-tables.ts from the Unicode character database, version 15.0 (the one of the
 * Go release that starlark-go's answers are compared with). The database is fetched for the purpose and is no dependency:
 *
 *   npm install --no-save @unicode/unicode-15.0.0 && node scripts/unicode-tables.ts
 */
import { writeFileSync } from "node:fs";

const database = "@unicode/unicode-15.0.0";
const target = new URL("../src/languages/starlark/values/unicode-tables.ts", import.meta.url);

/** A code point, or one that it maps to (the database wraps some of them). */
type Mapping = Map<number, number | number[]>;

const load = async (path: string): Promise<unknown> => {
  const module = (await import(`${database}/${path}/code-points.mjs`)) as { default: unknown };
  return module.default;
};
const loadSet = async (path: string): Promise<number[]> => (await load(path)) as number[];
const loadMap = async (path: string): Promise<Mapping> => (await load(path)) as Mapping;
const category = (name: string): Promise<number[]> => loadSet(`General_Category/${name}`);

const upperMap = await loadMap("Simple_Case_Mapping/Uppercase");
const lowerMap = await loadMap("Simple_Case_Mapping/Lowercase");
const titleMap = new Map([...upperMap, ...(await loadMap("Simple_Case_Mapping/Titlecase"))]);
const foldMap = new Map([...(await loadMap("Case_Folding/C")), ...(await loadMap("Case_Folding/S"))]);
const cased = [...foldMap.keys(), ...foldMap.values()].flat();
const printable = ["Letter", "Mark", "Number", "Punctuation", "Symbol"];

const tables = {
  letter: sets(await category("Letter")),
  digit: sets(await category("Decimal_Number")),
  space: sets(await loadSet("Binary_Property/White_Space")),
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
function sets(points: number[]): string {
  return encode([...new Set(points)].toSorted((a, b) => a - b).map((point) => ({ point, delta: 0 })));
}

function mappings(map: Mapping): string {
  const members = [...map].map(([point, to]) => ({ point, delta: [to].flat()[0]! - point }));
  return encode(members.filter(({ delta }) => delta !== 0).toSorted((a, b) => a.point - b.point));
}

interface Member {
  point: number;
  delta: number;
}

/** One run is "gap.count.stride.delta" in base 36; zeros and ones at the end are left out. */
function encode(members: Member[]): string {
  const runs: string[] = [];
  let end = 0;
  for (let i = 0; i < members.length;) {
    const { point, delta } = members[i]!;
    const next = members[i + 1];
    const stride = next?.delta === delta && next.point - point <= 2 ? next.point - point : 1;
    const belongs = (member: Member | undefined, at: number): boolean =>
      member !== undefined && member.delta === delta && member.point === point + at * stride;
    let count = 1;
    while (belongs(members[i + count], count)) count++;
    runs.push(encodeRun(point - end, count, stride, delta));
    end = point + (count - 1) * stride;
    i += count;
  }
  return runs.join(" ");
}

function encodeRun(gap: number, count: number, stride: number, delta: number): string {
  const numbers = [gap, count, stride, delta].map((number) => number.toString(36));
  if (delta !== 0) return numbers.join(".");
  if (stride !== 1) return numbers.slice(0, 3).join(".");
  return count === 1 ? numbers[0]! : numbers.slice(0, 2).join(".");
}

const text = Object.entries(tables)
  .map(([name, runs]) => `export const ${name}Runs =\n  "${runs}";\n`)
  .join("\n");

writeFileSync(
  target,
  `/**
 * Unicode 15.0, written by scripts/unicode-tables.ts. A table is a list of runs "gap.count.stride.delta" in base 36: \`gap\` is the
 * distance from the last code point of the run before, \`delta\` what a mapping adds. \`unicode.ts\` reads them.
 */
${text}`,
);
