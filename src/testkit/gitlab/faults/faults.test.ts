import assert from "node:assert/strict";
import { test } from "node:test";
import { simulation } from "../testing/simulation.ts";

test("a fault answers for the requests that it names, so often as it says", () => {
  const { gitlab, send } = simulation();
  gitlab.faults.add({ method: "POST", path: "projects/*/issues", after: 1, times: 2, status: 503 });
  const titles = ["a", "b", "c", "d"].map((title) => send("POST", "projects/1/issues", { title }).status);
  assert.deepEqual(titles, [201, 503, 503, 201]);
  assert.equal(send("GET", "projects/1/issues").status, 200);
  assert.equal(send("POST", "projects/atlas%2Fbeacon/labels", { name: "a", color: "#ffffff" }).status, 201);
});

test("an answer may be late, or lost after the work is done or before", () => {
  const { gitlab, send, list } = simulation();
  const stop = gitlab.faults.add({ path: "projects/**", delayMs: 500 });
  assert.deepEqual([send("GET", "projects/1/issues").delayMs, send("GET", "user").delayMs], [500, undefined]);
  stop();
  gitlab.faults.add({ method: "POST", times: 1, drop: "after" });
  gitlab.faults.add({ method: "POST", times: 1, drop: "before" });
  const lost = ["kept", "never made"].map((title) => send("POST", "projects/1/issues", { title }));
  assert.deepEqual(
    lost.map(({ isDropped, status }) => [isDropped, status]),
    [
      [true, 0],
      [true, 0],
    ],
  );
  assert.deepEqual(
    list("projects/1/issues").map(({ title }) => title),
    ["kept"],
  );
  gitlab.faults.add({ status: 500, body: { message: "broken" }, headers: { "x-a": "b" } });
  assert.deepEqual(send("GET", "user"), {
    status: 500,
    headers: { "content-type": "application/json", "x-a": "b" },
    body: { message: "broken" },
  });
  gitlab.faults.clear();
  assert.equal(send("GET", "user").status, 200);
});

test("a rate limit counts each token, tells how much is left, and ends with its period", () => {
  const { gitlab, send, clock } = simulation();
  gitlab.limitRate({ requests: 2, period: 60 });
  const first = send("GET", "user");
  assert.deepEqual(
    [first.headers["ratelimit-limit"], first.headers["ratelimit-remaining"], first.headers["ratelimit-reset"]],
    ["2", "1", String(clock.now() / 1000 + 60)],
  );
  clock.advance(20_000);
  assert.equal(send("GET", "user").headers["ratelimit-remaining"], "0");
  const refused = send("GET", "user");
  assert.deepEqual([refused.status, refused.body, refused.headers["retry-after"]], [429, "Retry later\n", "40"]);
  assert.equal(send("GET", "user", undefined, "glpat-mara").status, 200);
  clock.advance(40_000);
  assert.equal(send("GET", "user").status, 200);
});
