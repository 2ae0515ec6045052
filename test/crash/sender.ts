/**
 * The sender: tells the server stories (an event that starts a handler, and what the handler waits for), while the server is
 * killed. It sends everything again until it is acknowledged, and remembers what was.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../support/autoflow.ts";
import { pause } from "../support/eventually.ts";
import type { Delivery } from "./delivery.ts";
import type { SeededRandom } from "./random.ts";
import { Storytelling } from "./storytelling.ts";

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

const burstEvents = 150;

/** How much is told at once. */
export interface Pace {
  /** Stories under way. */
  stories: number;
  /** Those that workflows are told. */
  workflowStories: number;
  /** Resolves when what was told has come to its end. A story is under way until then; when absent, until it is told. */
  isOver?: (story: string) => Promise<void>;
}

export class Sender {
  readonly stories: Story[] = [];
  /** Ids of further events that were acknowledged and are for no handler. */
  readonly forNobody: string[] = [];
  readonly #delivery: Delivery;
  readonly #webhookToken: string;
  readonly #random: SeededRandom;
  readonly #storytelling: Storytelling;
  readonly #pace: Pace;
  readonly #filling = randomBytes(3000).toString("hex");

  constructor(delivery: Delivery, webhookToken: string, pace: Pace) {
    const { random, problem } = delivery.options;
    this.#delivery = delivery;
    this.#webhookToken = webhookToken;
    this.#random = random;
    this.#storytelling = new Storytelling({ random, problem, mostOpen: pace.stories });
    this.#pace = pace;
  }

  /** Starts stories until `stop` aborts; resolves when all of them have been told. */
  async run(stop: AbortSignal): Promise<void> {
    await this.#storytelling.run(stop, (n) => this.#tell(n));
  }

  /** A batch of events that nothing is for: much to write at once, so that a commit takes long. Not waited for. */
  burst(): void {
    const n = this.#storytelling.next();
    const events = Array.from({ length: burstEvents }, (_, i) => ({
      specversion: "1.0",
      id: `burst-${n}/${i}`,
      source: "/crash",
      type: "crash.for_nobody",
      data: { n, filling: this.#filling },
    }));
    const sent = this.#delivery.deliver("/api/v1/projects/1/events", JSON.stringify(events), {
      "content-type": "application/cloudevents-batch+json",
    });
    this.#storytelling.keepUp(sent.then(() => this.forNobody.push(...events.map(({ id }) => id))));
  }

  async #tell(n: number): Promise<void> {
    const kind = this.#random.next();
    if (kind < 0.4) await this.#issue(n);
    else if (kind < 0.6) await this.#payments(n);
    else if (kind < 0.75) await this.#race(n);
    else if (kind < 0.85) await this.#fanOut(n);
    else if (kind < 0.9) await this.#counting(n);
    else if (kind < 0.95) await this.#driver(n);
    else {
      await this.#delivery.event(`nobody-${n}`, "crash.for_nobody", {});
      this.forNobody.push(`nobody-${n}`);
      return;
    }
    const story = this.stories.find(({ event }) => event.endsWith(`-${n}`))!;
    await this.#pace.isOver?.(story.event);
  }

  /** A webhook as GitLab sends it. */
  async #issue(n: number): Promise<void> {
    const event = `issue-${n}`;
    const body = issueUpdate(n);
    const headers = {
      "content-type": "application/json",
      "x-gitlab-event": "Issue Hook",
      "x-gitlab-token": this.#webhookToken,
      "idempotency-key": event,
    };
    await this.#delivery.deliver("/webhooks/gitlab/crash", body, headers);
    this.stories.push({ event, handler: "issue_updated", consumes: [], pokes: 0, counts: 0 });
  }

  async #payments(n: number): Promise<void> {
    const story = await this.#startWithEvent(n, { handler: "payments", type: "crash.payments" });
    await this.#feed(story, 2, { type: "crash.payment", data: { order: n } });
  }

  async #race(n: number): Promise<void> {
    const random = this.#random;
    const tokens = random.between(1, 4);
    const pokes = random.between(1, 4);
    const data = { tokens, pokes, asks_anew: random.chance(0.5) };
    const story = await this.#startWithEvent(n, { handler: "race", type: "crash.race", data });
    story.pokes = pokes;
    await this.#feed(story, tokens, { type: "crash.token", data: { race: n } });
  }

  async #fanOut(n: number): Promise<void> {
    const branches = this.#random.between(2, 8);
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
    await this.#delivery.untilAccepted("/api/v1/projects/1/drivers", {
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
    const story: Story = { event, handler: "driver", consumes: [], pokes: 0, counts: 100 };
    this.stories.push(story);
    await this.#feed(story, 1, { type: "crash.driver", data: { driver: event } });
  }

  async #startWithEvent(n: number, start: { handler: string; type: string; data?: object }): Promise<Story> {
    const event = `${start.type.slice("crash.".length)}-${n}`;
    await this.#delivery.event(event, start.type, { n, ...start.data });
    const story: Story = { event, handler: start.handler, consumes: [], pokes: 0, counts: 0 };
    this.stories.push(story);
    return story;
  }

  /** Sends a story's run what it waits for, one after the other. */
  async #feed(story: Story, count: number, { type, data }: { type: string; data: object }): Promise<void> {
    for (let i = 1; i <= count; i++) {
      await pause(this.#random.between(0, 400));
      const id = `${story.event}/${i}`;
      await this.#delivery.event(id, type, data);
      story.consumes.push(id);
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
