/** How much of the scripts of a project its tests have executed. */
import { isInsideProject } from "../../core/source-path.ts";
import { coverableLines } from "../../languages/starlark/run/coverable-lines.ts";
import type { LineCoverage } from "../coverage.ts";
import type { TestedDefinition } from "../simulation.ts";
import type { FileCoverage } from "./test-result.ts";

/** Of the project's own scripts that definitions are made of; `root` stands in front of their paths. */
export function coverageOf(
  coverage: LineCoverage,
  definitions: readonly TestedDefinition[],
  root: string,
): FileCoverage[] {
  const texts = new Map(definitions.flatMap(({ sources }) => [...sources.files]));
  return [...texts]
    .filter(([path]) => path.endsWith(".star") && isInsideProject(path))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => {
      const lines = coverableLines(path, text);
      const missed = lines.filter((line) => !coverage.has(path, line));
      return { file: `${root}${path}`, lines: lines.length, covered: lines.length - missed.length, missed };
    });
}

/** "main.star  92.3% of 26 lines, not reached: 14-15, 20" for each file. */
export function describeCoverage(files: readonly FileCoverage[]): string[] {
  const width = Math.max(0, ...files.map(({ file }) => file.length));
  return files.map(({ file, lines, covered, missed }) => {
    const share = lines === 0 ? 100 : (covered * 100) / lines;
    const rest = missed.length === 0 ? "" : `, not reached: ${ranges(missed)}`;
    return `${file.padEnd(width)}  ${share.toFixed(1).padStart(5)}% of ${lines} lines${rest}`;
  });
}

/** "1-3, 7" */
function ranges(lines: readonly number[]): string {
  const found: [number, number][] = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (last !== undefined && last[1] === line - 1) last[1] = line;
    else found.push([line, line]);
  }
  return found.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(", ");
}
