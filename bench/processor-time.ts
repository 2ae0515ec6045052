/** What a process of this machine uses: processor time by thread, and memory. Linux only: it reads /proc. */
import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks of /proc are hundredths of a second on every Linux that Node runs on. */
const msPerTick = 10;

/** Milliseconds of processor time. */
export interface ProcessorTime {
  main: number;
  /** The thread that writes the database. */
  writer: number;
  /** V8's compiler and garbage collector, and the thread pool. */
  helpers: number;
}

export function processorTime(pid: number): ProcessorTime {
  const time: ProcessorTime = { main: 0, writer: 0, helpers: 0 };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readThread(pid, thread);
    if (stat === undefined) continue;
    // proc(5): the name stands in parentheses and may hold spaces; utime and stime are fields 14 and 15.
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ms = (Number(fields[11]) + Number(fields[12])) * msPerTick;
    if (Number(thread) === pid) time.main += ms;
    else if (name === "WorkerThread") time.writer += ms;
    else time.helpers += ms;
  }
  return time;
}

/** What was used between two readings, by one of `count` things, in microseconds. */
export function describeUse(before: ProcessorTime, after: ProcessorTime, count: number): string {
  const each = (key: keyof ProcessorTime): string => (((after[key] - before[key]) * 1000) / count).toFixed(1);
  return `${each("main")} µs on the main thread, ${each("writer")} µs on the writer thread, ${each("helpers")} µs on V8's and the pool's threads`;
}

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? 0) * 1024;
}

/** A thread may end while it is looked at. */
function readThread(pid: number, thread: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
  } catch {
    return undefined;
  }
}
