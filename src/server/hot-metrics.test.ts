import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Counter, Histogram, Registry } from "prom-client";
import { HotCounter, HotHistogram } from "./hot-metrics.ts";

/** The lines of a registry, in any order. */
async function lines(registry: Registry): Promise<string[]> {
  return (await registry.metrics())
    .split("\n")
    .filter((line) => line !== "")
    .toSorted();
}

describe("metrics of the hot path", () => {
  it("count as prom-client's own do", async () => {
    const registry = new Registry();
    const hot = new HotCounter({ name: "c", help: "Help.", labelNames: ["a", "b"], registry });
    const expected = new Registry();
    const own = new Counter({ name: "c", help: "Help.", labelNames: ["a", "b"], registers: [expected] });
    for (const [a, b, count] of [
      ["x", "1", 1],
      ["x", "2", 2],
      ['quote " and\nline', "1", 3],
      ["x", "1", 4],
    ] as const) {
      hot.add(count, a, b);
      own.inc({ a, b }, count);
    }
    assert.deepEqual(await lines(registry), await lines(expected));
  });

  it("distribute as prom-client's own do", async () => {
    const registry = new Registry();
    const buckets = [0.1, 1, 10];
    const hot = new HotHistogram({ name: "h", help: "Help.", labelNames: ["a"], buckets, registry });
    const expected = new Registry();
    const own = new Histogram({ name: "h", help: "Help.", labelNames: ["a"], buckets, registers: [expected] });
    for (const [a, value] of [
      ["x", 0.1],
      ["x", 0.5],
      ["y", 100],
      ["x", 10],
      ["y", 0],
    ] as const) {
      hot.observe(value, a);
      own.observe({ a }, value);
    }
    assert.deepEqual(await lines(registry), await lines(expected));
  });

  it("without labels are there from the start", async () => {
    const registry = new Registry();
    const hot = new HotCounter({ name: "c", help: "Help.", registry });
    assert.ok((await lines(registry)).includes("c 0"));
    hot.add(2);
    assert.ok((await lines(registry)).includes("c 2"));
  });
});
