import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { maxHops } from "../core/event.ts";
import { endsHopChain, maxStartsPerMinute, objectOf, StartRates } from "./loop-guard.ts";

const minute = 60_000;

describe("the hop limit", () => {
  it("lets a chain of events grow to the limit and no further", () => {
    let event: { cause?: { runId: string; hops: number } } = {};
    let length = 0;
    while (!endsHopChain(event)) {
      event = { cause: { runId: `run-${length}`, hops: (event.cause?.hops ?? 0) + 1 } };
      length++;
    }
    assert.equal(length, maxHops);
    assert.deepEqual(event.cause, { runId: `run-${maxHops - 1}`, hops: maxHops });
  });

  it("does not concern an event that no run caused", () => {
    assert.equal(endsHopChain({}), false);
  });
});

describe("what an event is about", () => {
  const about = (subject?: string, source = "https://x.test/a/b") =>
    objectOf({ attributes: { id: "1", source, type: "t", ...(subject === undefined ? {} : { subject }) } });

  it("is the issue for everything in the issue", () => {
    assert.equal(about("issues/12/notes/3"), about("issues/12"));
    assert.notEqual(about("issues/12"), about("issues/13"));
    assert.notEqual(about("issues/12"), about("issues/12", "https://x.test/a/c"));
  });

  it("is the whole name of a branch, a tag and a page, slashes included", () => {
    assert.notEqual(about("branches/fix/a"), about("branches/fix/b"));
    assert.notEqual(about("wikis/run/a"), about("wikis/run/b"));
  });

  it("is any subject a sender chooses, and nothing without one", () => {
    assert.equal(about("station 7"), "https://x.test/a/b station 7");
    assert.equal(about(), undefined);
  });
});

describe("the rate of starts", () => {
  it("allows twenty within a minute and refuses the next", () => {
    const rates = new StartRates();
    for (let n = 0; n < maxStartsPerMinute; n++) assert.ok(rates.admit("t", "o", n * 1000));
    assert.equal(rates.admit("t", "o", minute - 1), false);
    assert.ok(rates.admit("t", "o", minute), "the first start is a minute old");
    assert.equal(rates.admit("t", "o", minute), false);
  });

  it("counts every trigger and every object for itself", () => {
    const rates = new StartRates();
    for (let n = 0; n < maxStartsPerMinute; n++) rates.admit("t", "o", 0);
    assert.ok(rates.admit("t", "p", 0));
    assert.ok(rates.admit("u", "o", 0));
    assert.equal(rates.admit("t", "o", 0), false);
  });

  it("counts anew for a trigger that was resumed", () => {
    const rates = new StartRates(64);
    for (let n = 0; n < maxStartsPerMinute; n++) rates.admit("t", "o", 0);
    for (let n = 0; n < 31; n++) rates.admit("t2", `p${n}`, 0);
    rates.forget("t");
    assert.ok(rates.admit("t", "o", 1));
  });

  it("agrees with a plain count of the last minute", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.nat(8000)), { maxLength: 200 }), (steps) => {
        const rates = new StartRates(8);
        const admitted: { object: string; time: number }[] = [];
        let now = 0;
        for (const [object, delay] of steps) {
          now += delay;
          const recent = admitted.filter((start) => start.object === object && start.time > now - minute);
          const expected = recent.length < maxStartsPerMinute;
          assert.equal(rates.admit("t", object, now), expected);
          if (expected) admitted.push({ object, time: now });
        }
      }),
    );
  });

  it("keeps a loop in sight among many other starts, in bounded memory", () => {
    const rates = new StartRates(1000);
    let refused = 0;
    for (let n = 0; n < 50_000; n++) {
      rates.admit("t", `other ${n}`, n);
      if (n % 400 === 0 && !rates.admit("t", "loop", n)) refused++;
    }
    assert.ok(refused > 0);
    assert.ok(rates.size <= 1000);
  });
});
