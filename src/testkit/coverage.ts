/** Which lines of scripts were executed. */
import type { Location } from "../core/errors.ts";

/** What is noted of one project: lines by file. */
export class LineCoverage {
  readonly #lines = new Map<string, Set<number>>();

  note({ file, line }: Location): void {
    let lines = this.#lines.get(file);
    if (lines === undefined) this.#lines.set(file, (lines = new Set()));
    lines.add(line);
  }

  has(file: string, line: number): boolean {
    return this.#lines.get(file)?.has(line) ?? false;
  }
}
