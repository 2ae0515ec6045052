/** One run of very many steps: whether a late step costs more than an early one, and how soon the run goes on after a crash. */
import { pause, type BenchContext } from "./context.ts";
import { median } from "./figure.ts";
import { sendBatches } from "./load/event-batches.ts";
import { Outside } from "./load/outside.ts";
import { syncLatencies } from "./machine-limits.ts";
import { tellProfiles } from "./profiles.ts";
import { ServerFolder, ServerProcess } from "./server-process.ts";

const early = 10;
const late = 100_000;
/** Steps between two marks, and how many such stretches are measured. */
const stretch = 100;
const stretches = 7;
const eventType = "com.gitlab.events.issue_updated";

/** Marks are posted to the outside, since only there is a clock that tells microseconds. */
const scriptFor = (outside: string): string => `
def echo(w, count):
    for i in range(count):
        w.run("builtin://echo", {"step": i})
    return count

def measure(w):
    w.http.post(url="${outside}/mark")
    steps = 0
    for _ in range(${stretches}):
        steps += echo(w, ${stretch})
        w.http.post(url="${outside}/mark")
    return steps

def handle(w, ev):
    step = echo(w, ${early})
    step += measure(w)
    step += echo(w, ev["data"]["late"] - step)
    step += measure(w)
    while ev["data"]["goes_on"]:
        w.http.post(url="${outside}/alive")
        step += echo(w, 10)

on_event(type="${eventType}", handler=handle)
`;

/** Measures `longrun.growth` and `longrun.resume`. */
export async function longrun(context: BenchContext): Promise<void> {
  const marks: number[] = [];
  let alive: ((at: number) => void) | undefined;
  using outside = await Outside.listen((path, _body, at) => {
    if (path === "/mark") marks.push(at);
    else alive?.(at);
  });
  const nextAlive = (): Promise<number> => new Promise((resolve) => (alive = resolve));
  const sync = median(syncLatencies());

  using folder = new ServerFolder(scriptFor(outside.url), { ports: [outside.port] });
  const rounds = context.full ? 25 : 7;
  const empty = await emptyStarts(folder, rounds);

  const server = await ServerProcess.start(folder, context.profileFolder);
  // A short run first, so that what is compared runs on warm code both times.
  await startRun(server, { late: 10_000, goes_on: false });
  await until(() => marks.length === 2 * (stretches + 1));
  marks.length = 0;
  const startedAt = performance.now();
  await startRun(server, { late, goes_on: true });
  await nextAlive();
  const seconds = (performance.now() - startedAt) / 1000;
  const earlyMs = median(perStep(marks.slice(0, stretches + 1)));
  const lateMs = median(perStep(marks.slice(stretches + 1)));

  let current = server;
  const recovered: number[] = [];
  const resumed: number[] = [];
  for (let n = 0; n < rounds; n++) {
    await pause(Math.random() * 100);
    // Profiles are written at an end in good order only.
    if (n === 0 && context.profileFolder !== undefined) await current.stop();
    else await current.kill();
    const killedAt = performance.now();
    const [next, aliveAt] = await Promise.all([ServerProcess.start(folder), nextAlive()]);
    resumed.push(aliveAt - killedAt);
    recovered.push((await next.metric("autoflow_recovery_seconds")) * 1000);
    current = next;
  }
  await current.kill();

  context.figure({
    name: "longrun.growth",
    value: lateMs / earlyMs,
    unit: "times",
    goal: 1.1,
    limit: 1,
    better: "lower",
  });
  context.figure({
    name: "longrun.resume",
    value: median(recovered),
    unit: "ms",
    goal: 10,
    limit: empty.recoveredMs,
    limitOf: "with nothing to resume",
    better: "lower",
  });
  context.note(
    `a step took ${micro(earlyMs)} µs from step ${early} on and ${micro(lateMs)} µs from step ${late} on, with one fsync each, ` +
      `which takes ${micro(sync)} µs; all ${late} took ${seconds.toFixed(0)} s; ` +
      `after a kill the run's next step arrived ${median(resumed).toFixed(0)} ms after the process was started, ` +
      `and a server without runs is ready after ${empty.readyMs.toFixed(0)} ms`,
  );
  tellProfiles(context);
}

/** What a server without runs takes after a kill: until it has looked for what was under way, and until it is ready. */
async function emptyStarts(folder: ServerFolder, rounds: number): Promise<{ recoveredMs: number; readyMs: number }> {
  const recovered: number[] = [];
  const ready: number[] = [];
  for (let n = 0; n <= rounds; n++) {
    await using server = await ServerProcess.start(folder);
    // The first start creates the database.
    if (n === 0) continue;
    recovered.push((await server.metric("autoflow_recovery_seconds")) * 1000);
    ready.push(server.startMs);
  }
  return { recoveredMs: median(recovered), readyMs: median(ready) };
}

async function startRun({ port }: ServerProcess, data: { late: number; goes_on: boolean }): Promise<void> {
  const text = JSON.stringify(data).replace("true", "1").replace("false", "0");
  await sendBatches({
    port,
    type: eventType,
    connections: 1,
    eventsPerBatch: 1,
    data: () => text,
    count: 1,
    idPrefix: `run-of-${data.late}`,
  });
}

/** Milliseconds of one step in each stretch between marks. */
function perStep(marks: number[]): number[] {
  return marks.slice(1).map((mark, n) => (mark - marks[n]!) / stretch);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(20);
}

function micro(ms: number): string {
  return (ms * 1000).toFixed(0);
}
