import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { matchesFilter, type Filter } from "../core/filter.ts";
import type { TriggerDescription } from "../core/program.ts";
import { matchTriggers, TriggerIndex } from "./trigger-index.ts";

const where = { file: "main.star", line: 1, column: 1 };

function trigger(name: string, types: string[], fields: Filter["fields"] = []): TriggerDescription {
  return { name, filter: { types, fields }, where };
}

function names(index: TriggerIndex<string>, project: string, type: string, data: unknown = {}) {
  return matchTriggers(index, project, { attributes: { type }, data: () => data }).matches.map(
    ({ trigger }) => trigger.name,
  );
}

describe("matching an event against triggers", () => {
  it("goes by exact types and by prefixes, each trigger once", () => {
    const index = new TriggerIndex<string>();
    index.set({ project: "1", path: "a", owner: "A" }, [
      trigger("exact", ["x.issue_updated"]),
      trigger("prefix", ["x.issue_*"]),
      trigger("both", ["x.issue_updated", "x.*", "*"]),
      trigger("other", ["x.note_created"]),
    ]);
    assert.deepEqual(names(index, "1", "x.issue_updated"), ["exact", "prefix", "both"]);
    assert.deepEqual(names(index, "1", "x.issue_closed"), ["prefix", "both"]);
    assert.deepEqual(names(index, "1", "y"), ["both"]);
  });

  it("keeps projects apart, and lets those of every project see all, after a project's own", () => {
    const index = new TriggerIndex<string>();
    index.set({ project: "*", path: "a", owner: "S" }, [trigger("shared", ["t"])]);
    index.set({ project: "1", path: "a", owner: "A" }, [trigger("first", ["t"])]);
    index.set({ project: "2", path: "a", owner: "B" }, [trigger("second", ["t"])]);
    assert.deepEqual(names(index, "1", "t"), ["first", "shared"]);
    assert.deepEqual(names(index, "2", "t"), ["second", "shared"]);
    assert.deepEqual(names(index, "3", "t"), ["shared"]);
    assert.deepEqual(names(index, "*", "t"), ["shared"]);
    assert.equal(index.candidates("1", "t")[0]?.owner, "A");
  });

  it("follows every change of a definition", () => {
    const index = new TriggerIndex<string>();
    index.set({ project: "1", path: "a", owner: "v1" }, [trigger("old", ["t"])]);
    index.set({ project: "1", path: "b", owner: "v1" }, [trigger("second", ["t"])]);
    assert.deepEqual(names(index, "1", "t"), ["old", "second"]);
    index.set({ project: "1", path: "a", owner: "v2" }, [trigger("new", ["t"])]);
    assert.deepEqual(names(index, "1", "t"), ["new", "second"]);
    index.delete("1", "a");
    assert.deepEqual(names(index, "1", "t"), ["second"]);
    index.delete("1", "unknown");
  });

  it("parses the data once at most, and not for triggers that look at the type alone", () => {
    const index = new TriggerIndex<string>();
    let parses = 0;
    const data = () => {
      parses++;
      return { iid: 3 };
    };
    const event = { attributes: { type: "t" }, data };
    index.set({ project: "1", path: "a", owner: "" }, [trigger("plain", ["t"])]);
    matchTriggers(index, "1", event);
    assert.equal(parses, 0);
    const wanting = (iid: number) => trigger(`iid ${iid}`, ["t"], [{ path: ["iid"], anyOf: [iid] }]);
    index.set({ project: "1", path: "b", owner: "" }, [wanting(3), wanting(4), wanting(5)]);
    assert.deepEqual(
      matchTriggers(index, "1", event).matches.map((match) => match.trigger.name),
      ["plain", "iid 3"],
    );
    assert.equal(parses, 1);
  });

  it("says of a near miss what it wanted and what it got", () => {
    const index = new TriggerIndex<string>();
    const path = ["issue", "labels", "0"];
    index.set({ project: "1", path: "a", owner: "" }, [
      trigger("by value", ["t"], [{ path, anyOf: ["bug", 7] }]),
      trigger("by presence", ["t"], [{ path: ["weight"], anyOf: [null] }]),
      trigger("by beginning", ["t"], [{ path, anyOf: [], prefixes: ["bug"] }]),
      { ...trigger("by rest", ["t"]), filter: { types: ["t"], fields: [], rest: { dialect: "cel", text: "x > 1" } } },
    ]);
    const data = { issue: { labels: ["docs"] } };
    const { matches, nearMisses } = matchTriggers(index, "1", { attributes: { type: "t" }, data: () => data });
    assert.deepEqual(matches, []);
    assert.deepEqual(
      nearMisses.map(({ trigger: near, reason }) => [near.trigger.name, reason]),
      [
        ["by value", 'data.issue.labels.0 is "docs", wanted "bug" or 7'],
        ["by presence", "data.weight is not there, wanted null"],
        ["by beginning", 'data.issue.labels.0 is "docs", wanted "bug" at its beginning'],
        ["by rest", `the filter's cel condition does not hold: "x > 1"`],
      ],
    );
  });

  it("asks the dialect about the rest of a filter", () => {
    const index = new TriggerIndex<string>();
    const filter: Filter = { types: ["t"], fields: [], rest: { dialect: "longer", text: "3" } };
    index.set({ project: "1", path: "a", owner: "" }, [{ name: "h", filter, where }]);
    const dialects = new Map([["longer", (text: string, data: unknown) => String(data).length > Number(text)]]);
    const match = (data: string) =>
      matchTriggers(index, "1", { attributes: { type: "t" }, data: () => data }, dialects).matches.length;
    assert.equal(match("four"), 1);
    assert.equal(match("two"), 0);
  });

  it("finds exactly what asking every filter finds, however many types are met", () => {
    const type = fc.constantFrom("a", "ab", "abc", "b", "ba");
    const pattern = fc.oneof(
      type,
      type.map((text) => `${text}*`),
      fc.constant("*"),
    );
    const filter = fc.record({
      types: fc.array(pattern, { minLength: 1, maxLength: 3 }),
      fields: fc.array(
        fc.record({
          path: fc.constantFrom<string[]>(["x"], ["y", "z"]),
          anyOf: fc.array(fc.constantFrom(1, "1", null, true), { minLength: 1 }),
        }),
        { maxLength: 2 },
      ),
    });
    const data = fc.record({
      x: fc.constantFrom<unknown>(1, "1", null, true, {}),
      y: fc.constantFrom<unknown>({ z: 1 }, { z: null }, 3),
    });
    fc.assert(
      fc.property(
        fc.array(filter, { maxLength: 6 }),
        fc.array(fc.tuple(type, data), { maxLength: 8 }),
        (filters, events) => {
          const index = new TriggerIndex<string>();
          const triggers = filters.map((each, n) => ({ name: String(n), filter: each, where }));
          index.set({ project: "1", path: "a", owner: "" }, triggers);
          for (const [eventType, eventData] of events) {
            const expected = triggers.filter((each) => matchesFilter(each.filter, { type: eventType }, eventData));
            assert.deepEqual(
              names(index, "1", eventType, eventData),
              expected.map((each) => each.name),
            );
          }
        },
      ),
    );
  });

  it("does not grow with the types that senders invent", () => {
    const index = new TriggerIndex<string>();
    index.set({ project: "1", path: "a", owner: "" }, [trigger("h", ["t.*"])]);
    for (let n = 0; n < 3000; n++) assert.deepEqual(names(index, "1", `t.${n}`), ["h"]);
  });
});

describe("why an event started nothing", () => {
  const index = new TriggerIndex<string>();
  index.set({ project: "1", path: "a", owner: "" }, [trigger("h", ["com.gitlab.events.issue_updated"])]);

  it("names a type that was probably meant", () => {
    const why = (type: string) => index.whyNone("1", type);
    assert.equal(
      why("com.gitlab.events.issue_update"),
      'no trigger for this type; there is one for "com.gitlab.events.issue_updated"',
    );
    assert.match(why("com.gitlab.events.issue_closed"), /there is one for "com.gitlab.events.issue_updated"/);
    assert.equal(why("com.example.order_placed"), "no trigger for this type");
  });

  it("follows changes of definitions", () => {
    const changing = new TriggerIndex<string>();
    assert.match(changing.whyNone("1", "issue_open"), /no definition/);
    changing.set({ project: "1", path: "a", owner: "" }, [trigger("h", ["issue_opened"])]);
    assert.match(changing.whyNone("1", "issue_open"), /there is one for "issue_opened"/);
    changing.delete("1", "a");
    assert.match(changing.whyNone("1", "issue_open"), /no definition/);
  });

  it("says when there is no trigger at all", () => {
    assert.equal(index.whyNone("2", "t"), "no definition of this project has a trigger");
  });
});
