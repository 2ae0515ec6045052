/**
 * The sender: tells the server stories (an event that starts a handler, and what the handler waits for), while the server is
 * killed. It sends everything again until it is acknowledged, and remembers what was.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { AppendResult } from "../../src/core/engine.ts";
import { root } from "../support/autoflow.ts";
import { pause } from "../support/eventually.ts";
import type { Moments } from "./moments.ts";
import type { SeededRandom } from "./random.ts";

/** What was acknowledged, and what must come of it. */
export interface Story {
  /** Id of the event that starts the run; for a driver, its identity. */
  event: string;
  handler: string;
  /** Events for the run's waits, in the order in which they were acknowledged. */
  consumes: string[];
  /** How many signals another run sends it. */
  pokes: number;
  /** Echo steps. */
  counts: number;
}

export interface SenderOptions {
  url: string;
  webhookToken: string;
  random: SeededRandom;
  moments: Moments;
  /** Told what should never happen. */
  problem: (text: string) => void;
}

/** How an event, or a batch of them, is acknowledged. */
type Accepted = AppendResult & { items?: AppendResult[] };

/** Stories under way at once. */
const mostOpen = 24;
const burstEvents = 150;
const attemptTimeoutMs = 5000;

export class Sender {
  readonly stories: Story[] = [];
  /** Ids of further events that were acknowledged and are for no handler. */
  readonly forNobody: string[] = [];
  /** Events that were acknowledged and then sent again. */
  resent = 0;
  acknowledged = 0;
  /** Requests that were not acknowledged, and made again. */
  refused = 0;
  readonly #options: SenderOptions;
  readonly #open = new Set<Promise<void>>();
  readonly #filling = randomBytes(3000).toString("hex");
  #count = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Starts stories until `stop` aborts; resolves when all of them have been told. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      if (this.#open.size < mostOpen) this.#keepUp(this.#tell(++this.#count));
      await pause(this.#options.random.between(10, 120));
    }
    await Promise.all(this.#open);
  }

  /** A batch of events that nothing is for: much to write at once, so that a commit takes long. Not waited for. */
  burst(): void {
    const n = ++this.#count;
    const events = Array.from({ length: burstEvents }, (_, i) => ({
      specversion: "1.0",
      id: `burst-${n}/${i}`,
      source: "/crash",
      type: "crash.for_nobody",
      data: { n, filling: this.#filling },
    }));
    const sent = this.#deliver("/api/v1/projects/1/events", JSON.stringify(events), {
      "content-type": "application/cloudevents-batch+json",
    });
    this.#keepUp(sent.then(() => this.forNobody.push(...events.map(({ id }) => id))));
  }

  #keepUp(work: Promise<unknown>): void {
    const watched = work.then(
      () => undefined,
      (error: unknown) => this.#options.problem(`sender: ${String(error)}`),
    );
    this.#open.add(watched);
    void watched.then(() => this.#open.delete(watched));
  }

  async #tell(n: number): Promise<void> {
    const kind = this.#options.random.next();
    if (kind < 0.4) await this.#issue(n);
    else if (kind < 0.6) await this.#payments(n);
    else if (kind < 0.75) await this.#race(n);
    else if (kind < 0.85) await this.#fanOut(n);
    else if (kind < 0.9) await this.#counting(n);
    else if (kind < 0.95) await this.#driver(n);
    else {
      await this.#send(`nobody-${n}`, "crash.for_nobody", {});
      this.forNobody.push(`nobody-${n}`);
    }
  }

  /** A webhook as GitLab sends it. */
  async #issue(n: number): Promise<void> {
    const event = `issue-${n}`;
    const body = issueUpdate(n);
    const headers = {
      "content-type": "application/json",
      "x-gitlab-event": "Issue Hook",
      "x-gitlab-token": this.#options.webhookToken,
      "idempotency-key": event,
    };
    await this.#deliver("/webhooks/gitlab/crash", body, headers);
    this.stories.push({ event, handler: "issue_updated", consumes: [], pokes: 0, counts: 0 });
  }

  async #payments(n: number): Promise<void> {
    const story = await this.#startWithEvent(n, { handler: "payments", type: "crash.payments" });
    await this.#feed(story, 2, { type: "crash.payment", data: { order: n } });
  }

  async #race(n: number): Promise<void> {
    const { random } = this.#options;
    const tokens = random.between(1, 4);
    const pokes = random.between(1, 4);
    const data = { tokens, pokes, asks_anew: random.chance(0.5) };
    const story = await this.#startWithEvent(n, { handler: "race", type: "crash.race", data });
    story.pokes = pokes;
    await this.#feed(story, tokens, { type: "crash.token", data: { race: n } });
  }

  async #fanOut(n: number): Promise<void> {
    const branches = this.#options.random.between(2, 8);
    await this.#startWithEvent(n, { handler: "fan_out", type: "crash.fan_out", data: { branches } });
  }

  async #counting(n: number): Promise<void> {
    const steps = 300;
    const story = await this.#startWithEvent(n, { handler: "counting", type: "crash.counting", data: { steps } });
    story.counts = steps;
  }

  /** A driver run has no event; starting it again answers with the run that is open. It lives until its token comes. */
  async #driver(n: number): Promise<void> {
    const event = `driver-${n}`;
    const files = Object.fromEntries(
      ["driver.star", ".gitlab/autoflow/ledger.star"].map((file) => [
        file,
        readFileSync(path.join(root, "test/crash/project", file), "utf8"),
      ]),
    );
    const body = { identity: event, language: "starlark", entry: "driver.star", files, input: { id: event } };
    await this.#untilAccepted("/api/v1/projects/1/drivers", JSON.stringify(body), {
      "content-type": "application/json",
    });
    const story: Story = { event, handler: "driver", consumes: [], pokes: 0, counts: 100 };
    this.stories.push(story);
    await this.#feed(story, 1, { type: "crash.driver", data: { driver: event } });
  }

  async #startWithEvent(n: number, start: { handler: string; type: string; data?: object }): Promise<Story> {
    const event = `${start.type.slice("crash.".length)}-${n}`;
    await this.#send(event, start.type, { n, ...start.data });
    const story: Story = { event, handler: start.handler, consumes: [], pokes: 0, counts: 0 };
    this.stories.push(story);
    return story;
  }

  /** Sends a story's run what it waits for, one after the other. */
  async #feed(story: Story, count: number, { type, data }: { type: string; data: object }): Promise<void> {
    for (let i = 1; i <= count; i++) {
      await pause(this.#options.random.between(0, 400));
      const id = `${story.event}/${i}`;
      await this.#send(id, type, data);
      story.consumes.push(id);
    }
  }

  async #send(id: string, type: string, data: object): Promise<void> {
    const event = { specversion: "1.0", id, source: "/crash", type, data };
    await this.#deliver("/api/v1/projects/1/events", JSON.stringify(event), {
      "content-type": "application/cloudevents+json",
    });
  }

  /** Sends an event until it is acknowledged; now and then once more, which must be known as a duplicate. */
  async #deliver(route: string, body: string, headers: Record<string, string>): Promise<void> {
    const { seq } = await this.#untilAccepted<Accepted>(route, body, headers);
    this.acknowledged++;
    if (!this.#options.random.chance(0.1)) return;
    this.resent++;
    await pause(this.#options.random.between(0, 1000));
    const again = await this.#untilAccepted<Accepted>(route, body, headers);
    const all = again.items ?? [again];
    if (all.every(({ duplicate }) => duplicate) && again.seq === seq) return;
    this.#options.problem(
      `acknowledged before, it was accepted again: ${JSON.stringify(again)}: ${body.slice(0, 200)}`,
    );
  }

  async #untilAccepted<T>(route: string, body: string, headers: Record<string, string>): Promise<T> {
    const { url, random, problem } = this.#options;
    for (;;) {
      try {
        const signal = AbortSignal.timeout(attemptTimeoutMs);
        const answer = await fetch(url + route, { method: "POST", headers, body, signal });
        const text = await answer.text();
        if (answer.ok) {
          this.#options.moments.happened("acknowledged");
          return JSON.parse(text) as T;
        }
        if (answer.status !== 503) problem(`${route} was answered with ${answer.status}: ${text}`);
      } catch {
        // The server is dead, or died before it answered.
      }
      this.refused++;
      await pause(random.between(10, 100));
    }
  }
}

const recorded = JSON.parse(
  readFileSync(path.join(root, "src/events/testdata/webhooks/issue_updated.json"), "utf8"),
) as { object_attributes: object };

/** The body of an issue's update. Each issue is another one, so that none is updated suspiciously often. */
function issueUpdate(iid: number): string {
  return JSON.stringify({ ...recorded, object_attributes: { ...recorded.object_attributes, id: 1000 + iid, iid } });
}
