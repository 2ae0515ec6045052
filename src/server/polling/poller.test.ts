import assert from "node:assert/strict";
import { it } from "node:test";
import type { NewEvent } from "../../core/event.ts";
import type { Log } from "../../core/ports.ts";
import { VirtualClock } from "../../engines/testing/virtual-clock.ts";
import { PollFailed } from "../../events/polling/gitlab-reader.ts";
import type { PollResult } from "../../events/polling/poll-round.ts";
import { createMetrics } from "../metrics.ts";
import { createPoller, type Poller } from "./poller.ts";

const minute = 60_000;

interface Setup {
  clock: VirtualClock;
  poller: Poller;
  /** Seconds since the start at which polls were made. */
  polls: number[];
  lines: string[];
  told: NewEvent[];
  /** What the next polls come to: a result, or an error; the last for good. */
  outcomes: (Partial<PollResult> | Error)[];
}

function setUp(...outcomes: (Partial<PollResult> | Error)[]): Setup {
  const clock = new VirtualClock();
  const begun = clock.now();
  const [polls, lines, told]: [number[], string[], NewEvent[]] = [[], [], []];
  const line =
    (level: string) =>
    (message: string, fields: Record<string, unknown> = {}): void =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields["reason"] ?? fields["unreadable"] ?? "")}`);
  const log: Log = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
  const poller = createPoller({
    project: "1",
    rounds: {
      poll() {
        polls.push((clock.now() - begun) / 1000);
        const outcome = outcomes.length > 1 ? outcomes.shift()! : outcomes[0]!;
        if (outcome instanceof Error) return Promise.reject(outcome);
        return Promise.resolve({ events: [], until: clock.now() - 10_000, unreadable: [], ...outcome });
      },
    },
    everyMs: minute,
    clock,
    log,
    random: () => 0.5,
    onEvent: (event) => void told.push(event),
  });
  return { clock, poller, polls, lines, told, outcomes };
}

it("polls again and again, and says so once", async () => {
  const { clock, poller, polls, lines } = setUp({});
  poller.start();
  await clock.advance(3 * minute + 3000);
  assert.deepEqual(polls, [2.5, 62.5, 122.5, 182.5]);
  assert.deepEqual(lines, ['info GitLab is polled ""']);
  await poller.stop();
  await clock.advance(10 * minute);
  assert.equal(polls.length, 4);
});

it("polls less often while it fails, as late as GitLab wants, and says each reason once", async () => {
  const { clock, poller, polls, lines, outcomes } = setUp(new PollFailed("gone"));
  poller.start();
  await clock.advance(8 * minute);
  assert.deepEqual(polls, [2.5, 62.5, 182.5, 422.5]);
  outcomes[0] = new PollFailed("too many", 3600_000);
  await clock.advance(8 * minute);
  const waited = polls.length;
  await clock.advance(59 * minute);
  assert.equal(polls.length, waited);
  outcomes[0] = {};
  await clock.advance(15 * minute);
  outcomes[0] = { unreadable: ["pipelines"] };
  await clock.advance(10 * minute);
  const failed = "warn GitLab cannot be polled; what happens meanwhile is found later";
  assert.deepEqual(lines, [
    `${failed} "gone"`,
    `${failed} "too many"`,
    'info GitLab is polled ""',
    'warn GitLab is polled, but not all can be read ["pipelines"]',
  ]);
  await poller.stop();
});

it("tells of events, and by metrics how it goes", async () => {
  const event = { project: "1" } as NewEvent;
  const { clock, poller, told } = setUp({ events: [event] }, new Error("no"));
  const metrics = createMetrics({ ofProcess: false });
  metrics.addPolls(
    () => [poller.state()],
    () => clock.now(),
  );
  assert.doesNotMatch(await metrics.text(), /autoflow_poll_lag_seconds\{/);
  poller.start();
  await clock.advance(minute + 2500);
  assert.deepEqual(told, [event]);
  const text = await metrics.text();
  assert.match(text, /^autoflow_poll_lag_seconds\{project="1"\} 70$/m);
  assert.match(text, /^autoflow_poll_last_success_timestamp_seconds\{project="1"\} 1767225602\.5$/m);
  assert.match(text, /^autoflow_poll_events_total\{project="1"\} 1$/m);
  assert.match(text, /^autoflow_poll_failures_total\{project="1"\} 1$/m);
  assert.match(await metrics.text(), /^autoflow_poll_events_total\{project="1"\} 1$/m);
  await poller.stop();
});
