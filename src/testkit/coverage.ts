/** Which lines of scripts were executed. */
import type { Location } from "../core/errors.ts";
import type { Machine } from "../core/program.ts";

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

/** The machine, which stops at every instruction to note where it is; nothing but the time it takes depends on that. */
export function covered(machine: Machine, coverage: LineCoverage): Machine {
  if (machine.place === undefined) return machine;
  return {
    step(arrival, budget) {
      let result = machine.step(arrival, 0);
      for (let used = 0; result === "running"; used++) {
        const place = machine.place?.();
        if (place !== undefined) coverage.note(place);
        if (used >= budget) return "running";
        result = machine.step(undefined, 1);
      }
      return result;
    },
    snapshot: () => machine.snapshot(),
    ...(machine.data !== undefined && { data: () => machine.data!() }),
  };
}
