/**
 * Writes src/languages/starlark/values/zone-tables.ts from a folder of compiled time zones (TZif files), by default those of the
 * Go release that starlark-go's answers are compared with:
 *
 *   unzip -q "$(go env GOROOT)/lib/time/zoneinfo.zip" -d /tmp/zoneinfo && node scripts/time-zone-tables.ts /tmp/zoneinfo 2025c
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const [folder, version] = process.argv.slice(2);
if (folder === undefined || version === undefined) throw new Error("usage: time-zone-tables.ts FOLDER VERSION");
const target = new URL("../src/languages/starlark/values/zone-tables.ts", import.meta.url);

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length + 1))
  .toSorted();

/** Names by what they have in common, so that each zone is written once. */
const names = new Map<string, string[]>();
for (const name of files) {
  const zone = packZone(readFileSync(`${folder}/${name}`));
  if (zone === undefined) continue;
  names.set(zone, [...(names.get(zone) ?? []), name]);
}
const lines = [""];
for (const [zone, shared] of names) {
  const line = lines.at(-1)!;
  const row = `${shared.join(" ")}|${zone}`;
  if (line === "") lines[lines.length - 1] = row;
  else if (line.length + row.length < 4000) lines[lines.length - 1] = `${line};${row}`;
  else lines.push(row);
}
writeFileSync(
  target,
  `/**
 * The time zones of the IANA database, version ${version}, written by scripts/time-zone-tables.ts: names, kinds of time
 * "offset.abbreviation" (":" instead of "." in summer), changes, and the rule that holds after them. A change is the index of
 * a kind and, after "~" in seconds or else in quarters of an hour, the time since the change before; numbers are in base 36.
 * ";" stands between zones. \`zones.ts\` reads them.
 */
export const zoneRows: readonly string[] = [
${lines.map((line) => `  ${JSON.stringify(line)},`).join("\n")}
];
`,
);

/** A TZif file as one text; undefined when it is none. */
function packZone(data: Buffer): string | undefined {
  if (data.toString("latin1", 0, 4) !== "TZif") return undefined;
  const first = countsAt(data, 0);
  const start = 44 + blockSize(first, 4);
  const counts = countsAt(data, start);
  const times = start + 44;
  const indexes = times + counts.time * 8;
  const kinds = indexes + counts.time;
  const letters = kinds + counts.type * 6;
  const end = start + 44 + blockSize(counts, 8);
  const kindTexts = range(counts.type).map((i) => {
    const at = kinds + i * 6;
    const summer = data[at + 4] === 1;
    const from = letters + data[at + 5]!;
    const abbreviation = data.toString("latin1", from, data.indexOf(0, from));
    return `${data.readInt32BE(at).toString(36)}${summer ? ":" : "."}${abbreviation}`;
  });
  let before = 0;
  const changes = range(counts.time).map((i) => {
    const when = Number(data.readBigInt64BE(times + i * 8));
    const gap = when - before;
    before = when;
    const text = gap % 900 === 0 ? (gap / 900).toString(36) : `~${gap.toString(36)}`;
    return data[indexes + i]!.toString(36) + text;
  });
  const rule = data.toString("latin1", end + 1, data.indexOf(10, end + 1));
  return [kindTexts.join(" "), changes.join(" "), rule].join("|");
}

interface Counts {
  utc: number;
  std: number;
  leap: number;
  time: number;
  type: number;
  char: number;
}

function countsAt(data: Buffer, start: number): Counts {
  const [utc, std, leap, time, type, char] = range(6).map((i) => data.readUInt32BE(start + 20 + i * 4)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (type > 36) throw new Error("more kinds of time than fit a digit");
  return { utc, std, leap, time, type, char };
}

function blockSize(counts: Counts, width: number): number {
  const { utc, std, leap, time, type, char } = counts;
  return time * (width + 1) + type * 6 + char + leap * (width + 4) + std + utc;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
