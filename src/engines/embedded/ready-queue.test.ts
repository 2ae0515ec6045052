import assert from "node:assert/strict";
import { it } from "node:test";
import { ReadyQueue } from "./ready-queue.ts";

function drained(queue: ReadyQueue<string>): string[] {
  const items: string[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) items.push(item);
  return items;
}

it("takes turns between projects and keeps the order within one", () => {
  const queue = new ReadyQueue<string>();
  for (const item of ["a1", "a2", "a3", "b1", "c1", "c2"]) queue.push(item.charAt(0), item);
  assert.equal(queue.size, 6);
  assert.deepEqual(drained(queue), ["a1", "b1", "c1", "a2", "c2", "a3"]);
  assert.equal(queue.size, 0);
});

it("lets a project that comes later have its turn before the busy one's next but one", () => {
  const queue = new ReadyQueue<string>();
  for (const item of ["a1", "a2", "a3"]) queue.push("a", item);
  assert.equal(queue.shift(), "a1");
  queue.push("b", "b1");
  const rest = drained(queue);
  assert.ok(rest.indexOf("b1") <= 1);
  assert.deepEqual(
    rest.filter((item) => item.startsWith("a")),
    ["a2", "a3"],
  );
});
