/** How the sender reaches a server that is killed again and again: everything is sent until it is acknowledged. */
import type { AppendResult } from "../../src/core/engine.ts";
import { pause } from "../support/eventually.ts";
import type { Moments } from "./moments.ts";
import type { SeededRandom } from "./random.ts";

export interface DeliveryOptions {
  url: string;
  random: SeededRandom;
  moments: Moments;
  /** Told what should never happen. */
  problem: (text: string) => void;
}

/** A request's body and what goes with it. */
export interface Request {
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  body?: string;
  /** Whether an answer acknowledges the request: those between 200 and 299 unless given. */
  accepts?: (status: number, text: string) => boolean;
}

/** How an event, or a batch of them, is acknowledged. */
type Accepted = AppendResult & { items?: AppendResult[] };

const attemptTimeoutMs = 5000;

export class Delivery {
  readonly options: DeliveryOptions;
  /** Events that were acknowledged and then sent again. */
  resent = 0;
  acknowledged = 0;
  /** Requests that were not acknowledged, and made again. */
  refused = 0;

  constructor(options: DeliveryOptions) {
    this.options = options;
  }

  /** Sends a CloudEvent to a project. */
  async event(
    id: string,
    type: string,
    data: object,
    { project = "1", extensions = {} }: { project?: string; extensions?: Record<string, string> } = {},
  ): Promise<void> {
    const event = { specversion: "1.0", id, source: "/crash", type, ...extensions, data };
    await this.deliver(`/api/v1/projects/${project}/events`, JSON.stringify(event), {
      "content-type": "application/cloudevents+json",
    });
  }

  /** Sends events until they are acknowledged; now and then once more, which must be known as a duplicate. */
  async deliver(route: string, body: string, headers: Record<string, string>): Promise<void> {
    const { random, problem } = this.options;
    const { seq } = await this.untilAccepted<Accepted>(route, { body, headers });
    this.acknowledged++;
    if (!random.chance(0.1)) return;
    this.resent++;
    await pause(random.between(0, 1000));
    const again = await this.untilAccepted<Accepted>(route, { body, headers });
    const all = again.items ?? [again];
    if (all.every(({ duplicate }) => duplicate) && again.seq === seq) return;
    problem(`acknowledged before, it was accepted again: ${JSON.stringify(again)}: ${body.slice(0, 200)}`);
  }

  /** Makes a request until the server accepts it; answers the answer's body. */
  async untilAccepted<T>(route: string, request: Request = {}): Promise<T> {
    const { url, random, problem, moments } = this.options;
    const { method = "POST", headers = {}, body = null, accepts = isGood } = request;
    for (;;) {
      try {
        const signal = AbortSignal.timeout(attemptTimeoutMs);
        const answer = await fetch(url + route, { method, headers, body, signal });
        const text = await answer.text();
        if (accepts(answer.status, text)) {
          if (method === "POST") moments.happened("acknowledged");
          return JSON.parse(text) as T;
        }
        if (answer.status !== 503) problem(`${route} was answered with ${answer.status}: ${text}`);
      } catch {
        // The server is dead, or died before it answered.
      }
      this.refused++;
      await pause(random.between(20, 300));
    }
  }
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}
