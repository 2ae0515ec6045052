/** Where the time of a server's threads went, from the CPU profiles that it wrote. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { BenchContext } from "./context.ts";

const shownFunctions = 25;
/** Microseconds. */
const leastBusy = 1e6;

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

/** Tells the functions that took the most time themselves, by thread. Nothing without a profile folder. */
export function tellProfiles({ profileFolder, note }: BenchContext): void {
  if (profileFolder === undefined) return;
  for (const file of readdirSync(profileFolder).toSorted()) {
    const text = file.endsWith(".cpuprofile") ? summary(path.join(profileFolder, file)) : undefined;
    if (text !== undefined) note(text);
  }
}

/** Undefined for a thread that did next to nothing, such as the launcher's. */
function summary(file: string): string | undefined {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, "utf8")) as CpuProfile;
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const self = new Map<string, number>();
  let busy = 0;
  let idle = 0;
  for (const [index, id] of samples.entries()) {
    const { functionName, url, lineNumber } = frames.get(id)!;
    const time = timeDeltas[index] ?? 0;
    if (functionName === "(idle)") {
      idle += time;
      continue;
    }
    busy += time;
    const place = url === "" ? "" : ` ${url.replace(/^.*\/(?=src\/|node_modules\/)/, "")}:${lineNumber + 1}`;
    const name = `${functionName || "(anonymous)"}${place}`;
    self.set(name, (self.get(name) ?? 0) + time);
  }
  if (busy < leastBusy) return undefined;
  const top = [...self].toSorted((a, b) => b[1] - a[1]).slice(0, shownFunctions);
  const lines = top.map(([name, time]) => `${((time / busy) * 100).toFixed(1).padStart(6)} %  ${name}`);
  return `${path.basename(file)}: ${seconds(busy)} s busy, ${seconds(idle)} s idle; itself:\n${lines.join("\n")}`;
}

function seconds(microseconds: number): string {
  return (microseconds / 1e6).toFixed(1);
}
