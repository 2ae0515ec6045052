/**
 * A GitLab that lives in memory: projects, issues, merge requests and the rest, behind the REST API as GitLab publishes it, with
 * webhooks for what changes. It has no clock, no sockets and no files of its own.
 */
import type { Clock } from "../../core/ports.ts";
import type { User } from "./model/user.ts";
import { createFaults, type Faults } from "./faults/faults.ts";
import { rateLimiter, type RateLimit } from "./faults/rate-limit.ts";
import { emptyWorld, type World } from "./model/world.ts";
import { createToken, createUser } from "./operations/people.ts";
import { answer } from "./rest/handle.ts";
import type { GitLabRequest, GitLabResponse } from "./rest/message.ts";
import type { Delivery } from "./webhooks/delivery.ts";
import { newHook } from "./webhooks/new-hook.ts";

export interface SimulatedGitLabOptions {
  clock: Pick<Clock, "now">;
  /** The address that is written into links; without a slash at the end. */
  url?: string;
  /** GitLab's version, as it is told. */
  version?: string;
  /** Gets each delivery of a webhook, after the request that caused it is answered. */
  onDelivery?: (delivery: Delivery) => void;
  /** One hook that gets the events of every project and group, with this secret token. */
  everyHook?: { url: string; token?: string };
  /** The administrator's token; "glpat-root" when it is not given. */
  rootToken?: string;
  /** UUIDs and the like follow from this whole number; without it every instance draws the same. */
  entropy?: number;
}

export interface SimulatedGitLab {
  /** Everything that there is. */
  world: World;
  /** The administrator, user 1, whose name is "root". */
  root: User;
  /** Answers a request at once. */
  handle(request: GitLabRequest): GitLabResponse;
  /** Changes something directly; deliveries go out when it returns. Throws Refusal for what GitLab would refuse. */
  change<T>(change: (world: World) => T): T;
  /** How requests fail. */
  faults: Faults;
  /** Limits the requests of each token from now on; undefined: no limit. */
  limitRate(limit: RateLimit | undefined): void;
}

export function createSimulatedGitLab(options: SimulatedGitLabOptions): SimulatedGitLab {
  const world = emptyWorld({
    now: () => options.clock.now(),
    url: options.url ?? "https://gitlab.example.com",
    version: options.version ?? "18.6.0-ee",
    entropy: options.entropy ?? 0,
  });
  const root = createUser(world, {
    username: "root",
    name: "Administrator",
    email: "admin@example.com",
    isAdmin: true,
  });
  createToken(world, { user: root, name: "root", value: options.rootToken ?? "glpat-root" });
  if (options.everyHook !== undefined) {
    const { url, token } = options.everyHook;
    world.everyHook = newHook({ id: 0, owner: undefined, url, token, switches: new Set(), createdAt: world.now() });
  }

  function change<T>(work: (world: World) => T): T {
    const result = work(world);
    flush(world, options.onDelivery);
    return result;
  }

  const faults = createFaults();
  let limited: ReturnType<typeof rateLimiter> | undefined;
  function limitRate(limit: RateLimit | undefined): void {
    limited = limit === undefined ? undefined : rateLimiter(limit, () => world.now());
  }

  function handle(request: GitLabRequest): GitLabResponse {
    const plain = (): GitLabResponse => change(() => answer(world, request));
    const withLimit = limited;
    return faults.around(request, withLimit === undefined ? plain : () => withLimit(request, plain));
  }

  return { world, root, change, handle, faults, limitRate };
}

/** Deliveries that a receiver causes by what it does at once come after those that are already waiting. */
function flush(world: World, onDelivery: ((delivery: Delivery) => void) | undefined): void {
  if (world.outbox.length === 0) return;
  const deliveries = world.outbox;
  world.outbox = [];
  if (onDelivery !== undefined) for (const delivery of deliveries) onDelivery(delivery);
}
