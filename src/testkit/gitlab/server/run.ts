/** The simulated GitLab as a program of its own: with a socket, a clock that can be put forward, and webhooks that are sent. */
import { randomInt } from "node:crypto";
import type { Clock } from "../../../core/ports.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import type { RateLimit } from "../faults/rate-limit.ts";
import { Refusal } from "../operations/refusal.ts";
import { plant } from "../seed/plant.ts";
import type { Seed } from "../seed/seed-schema.ts";
import { createSimulatedGitLab } from "../simulated-gitlab.ts";
import type { Delivery } from "../webhooks/delivery.ts";
import { createSender, type Sender } from "../webhooks/sender.ts";
import { createControl } from "./control.ts";
import { serveGitLab, type RunningServer } from "./http-server.ts";
import { movableClock } from "./movable-clock.ts";

export interface SimulatorOptions {
  /** 0 takes a free one. */
  port: number;
  clock: Pick<Clock, "now">;
  /** The administrator's. */
  token: string;
  seed?: Seed;
  /** A hook that gets everything. */
  everyHook?: { url: string; token?: string };
  rateLimit?: RateLimit;
  /** Told of each delivery that has come to its end, answered or not. */
  onSent?: (delivery: Delivery) => void;
  /** Told of each attempt that failed and is repeated. */
  onFailed?: (delivery: Delivery) => void;
}

/** What was sent is kept for who asks, up to so many. */
const keptDeliveries = 1000;

/** How often a delivery that failed is tried again: more than GitLab does, for receivers that are just starting. */
const retryDelaysMs = [1000, 5000];

/** Starts it. Throws GITLAB_SEED_INVALID for a seed that describes what cannot be. */
export async function runSimulator(options: SimulatorOptions): Promise<RunningServer> {
  const deliveries: Delivery[] = [];
  const clock = movableClock(options.clock);
  let sender: Sender | undefined;
  const server = await serveGitLab(options.port, (url) => {
    const gitlab = createSimulatedGitLab({
      clock,
      url,
      entropy: randomInt(2 ** 48 - 1),
      rootToken: options.token,
      ...(options.everyHook !== undefined && { everyHook: options.everyHook }),
      onDelivery(delivery) {
        deliveries.push(delivery);
        if (deliveries.length > keptDeliveries) deliveries.shift();
        sender?.send(delivery);
      },
    });
    sender = createSender(gitlab.world, {
      retryDelaysMs,
      ...(options.onSent !== undefined && { onSent: options.onSent }),
      ...(options.onFailed !== undefined && { onFailed: options.onFailed }),
    });
    if (options.seed !== undefined) plantSeed(gitlab, options.seed);
    gitlab.limitRate(options.rateLimit);
    return { gitlab, control: createControl({ gitlab, clock, deliveries }) };
  });
  return {
    url: server.url,
    async close() {
      sender?.close();
      await server.close();
    },
  };
}

function plantSeed({ world, root }: ReturnType<typeof createSimulatedGitLab>, seed: Seed): void {
  try {
    plant({ world, user: root }, seed);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new AutoFlowError("GITLAB_SEED_INVALID", `the seed cannot be: ${error.message}`, { cause: error });
  }
}
