/** A simulated GitLab for tests: a group and a project in it, a developer, and every delivery at hand. */
import assert from "node:assert/strict";
import { createSimulatedGitLab, type SimulatedGitLab } from "../simulated-gitlab.ts";
import type { GitLabResponse } from "../rest/message.ts";
import type { Delivery } from "../webhooks/delivery.ts";

export interface Simulation {
  gitlab: SimulatedGitLab;
  deliveries: Delivery[];
  clock: { now(): number; advance(ms: number): void };
  /** A request to `/api/v4/<path>` as the administrator, or with another token; none: null. */
  send: (method: string, path: string, body?: unknown, token?: string | null) => GitLabResponse;
  /** The body of an answer that must be good. */
  call: (method: string, path: string, body?: unknown, token?: string) => Record<string, never>;
  /** The same for lists. */
  list: (path: string, token?: string) => Record<string, never>[];
}

/** Epoch ms of 2026-11-02T09:00:00Z, a Monday. */
const monday = Date.UTC(2026, 10, 2, 9);

/** Begins on `monday` with the group "atlas", its project "atlas/beacon" (id 1) with one commit on main, and the developer "mara" with the token "glpat-mara". */
export function simulation(): Simulation {
  let time = monday;
  const deliveries: Delivery[] = [];
  const clock = {
    now: () => time,
    advance(ms: number) {
      time += ms;
    },
  };
  const gitlab = createSimulatedGitLab({
    clock,
    everyHook: { url: "http://receiver.example.com/hook" },
    onDelivery: (delivery) => deliveries.push(delivery),
  });
  const send: Simulation["send"] = (method, path, body, token = "glpat-root") =>
    gitlab.handle({ method, path: `/api/v4/${path}`, headers: token === null ? {} : { "private-token": token }, body });
  const call: Simulation["call"] = (method, path, body, token) => {
    const response = send(method, path, body, token);
    assert.ok(response.status < 300, `${method} ${path}: ${response.status} ${JSON.stringify(response.body)}`);
    return response.body as Record<string, never>;
  };
  const group = call("POST", "groups", { name: "Atlas", path: "atlas" });
  call("POST", "projects", {
    name: "Beacon",
    path: "beacon",
    namespace_id: group["id"],
    description: "Tells every lighthouse when to blink",
    initialize_with_readme: true,
  });
  const mara = call("POST", "users", { username: "mara", name: "Mara Lindqvist", email: "mara@example.com" });
  call("POST", "projects/1/members", { user_id: mara["id"], access_level: 30 });
  const token = call("POST", `users/${mara["id"]}/personal_access_tokens`, { name: "t", scopes: ["api"] });
  gitlab.world.tokens.set("glpat-mara", gitlab.world.tokens.get(token["token"]!)!);
  deliveries.length = 0;
  return { gitlab, deliveries, clock, send, call, list: (path, as) => call("GET", path, undefined, as) as never };
}
