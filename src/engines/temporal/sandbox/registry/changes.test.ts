import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { NewVersion, RegistryChange, RegistryState } from "../../protocol/registry.ts";
import { keptMs } from "../../protocol/registry.ts";
import { applyChange, newRegistry, newsSince } from "./changes.ts";

const version: NewVersion = { project: "1", path: "a.star", language: "toy", imageHash: "one", schedules: [] };
const name = { project: "1", path: "a.star" };

function after(changes: readonly RegistryChange[], state = newRegistry("salt"), now = 1000): RegistryState {
  return changes.reduce((before, change) => applyChange(before, change, now).state, state);
}

function activate(changes: Partial<NewVersion> = {}): RegistryChange {
  return { kind: "activate", version: { ...version, ...changes } };
}

function pause(object: string, trigger = "h"): RegistryChange {
  return { kind: "pause", pause: { ...name, trigger, log: "1", object, reason: "LOOP_RATE", since: 0 } };
}

describe("registry: changes", () => {
  it("makes a version active once", () => {
    const once = after([activate({ author: "ann" })]);
    assert.equal(once.version, 1);
    assert.equal(applyChange(once, activate({ author: "bob" }), 2000).state, once);
    const another = after([activate({ commit: "c" })], once, 2000);
    assert.deepEqual([another.definitions[0]?.activeSince, another.definitions[0]?.earlier], [2000, []]);
  });

  it("keeps the active version when a newer one has problems, until one has none", () => {
    const where = { file: "a.star", line: 1, column: 1 };
    const problem = { severity: "error" as const, code: "SCRIPT_SYNTAX", message: "m".repeat(5000), where };
    const problems = Array.from({ length: 80 }, () => problem);
    const refuse: RegistryChange = { kind: "refuse", ...name, language: "toy", problems };
    const refused = after([activate(), refuse]);
    const [record] = refused.definitions;
    assert.deepEqual([record?.imageHash, record?.activeSince, record?.problems.length], ["one", 1000, 50]);
    assert.equal(record?.problems[0]?.message.length, 1001);
    assert.equal(applyChange(refused, refuse, 1000).state, refused);
    const mended = after([activate()], refused, 3000);
    assert.deepEqual([mended.definitions[0]?.problems, mended.definitions[0]?.activeSince], [[], 1000]);
  });

  it("remembers images for a day after they were replaced, and not those that are active again", () => {
    const replaced = after([activate({ imageHash: "two" })], after([activate()]));
    assert.deepEqual(replaced.definitions[0]?.earlier, [{ imageHash: "one", until: 1000 + keptMs }]);
    const back = after([activate()], replaced);
    assert.deepEqual(
      back.definitions[0]?.earlier.map(({ imageHash }) => imageHash),
      ["two"],
    );
    const later = after([{ kind: "setFlag", name: "f", enabled: true }], replaced, 1001 + keptMs);
    assert.deepEqual(later.definitions[0]?.earlier, []);
  });

  it("lets no two definitions of a project be the same workflow", () => {
    const workflow = { name: "w", version: "1" };
    const state = after([activate({ workflow })]);
    const twin = applyChange(state, activate({ workflow, path: "b.star" }), 1000);
    assert.deepEqual([twin.answer.twin, twin.state], ["a.star", state]);
    const removed = after([{ kind: "removeDefinition", ...name }], state);
    for (const other of [
      activate({ workflow, project: "2" }),
      activate({ workflow: { name: "w", version: "2" }, path: "b" }),
    ])
      assert.equal(applyChange(state, other, 1000).answer.twin, undefined);
    assert.equal(applyChange(removed, activate({ workflow, path: "b.star" }), 1000).answer.twin, undefined);
  });

  it("has schedules begin when they are new or another one, and tells their entities", () => {
    const hourly = { trigger: "t", schedule: { every: 3_600_000 } };
    const state = after([activate({ schedules: [hourly] })]);
    assert.deepEqual(state.unarmed, [{ ...name, trigger: "t", version: 1 }]);
    const same = after([activate({ schedules: [hourly], imageHash: "two" })], { ...state, unarmed: [] }, 2000);
    assert.deepEqual([same.definitions[0]?.schedules[0]?.began, same.unarmed], [1000, []]);
    const other = after(
      [activate({ schedules: [{ trigger: "t", schedule: { every: 5000 } }], imageHash: "2" })],
      state,
      2000,
    );
    assert.deepEqual([other.definitions[0]?.schedules[0]?.began, other.unarmed.map((one) => one.version)], [2000, [2]]);
    const gone = after([{ kind: "removeDefinition", ...name }], { ...state, unarmed: [] });
    assert.deepEqual([gone.definitions[0]?.schedules, gone.unarmed.length], [[], 1]);
  });

  it("tells what has changed since a version, and everything where something was forgotten since", () => {
    const state = after([activate(), activate({ path: "b.star" })]);
    assert.equal(newsSince(state, 2), undefined);
    assert.deepEqual(
      newsSince(state, 1)?.state.definitions.map(({ path }) => path),
      ["b.star"],
    );
    const removed = after([{ kind: "removeDefinition", ...name }], state);
    assert.equal(newsSince(removed, 2)?.state.definitions[0]?.removed, 1000);
    const forgotten = after([{ kind: "setFlag", name: "f", enabled: false }], removed, 1001 + keptMs);
    const news = newsSince(forgotten, 3);
    assert.deepEqual([news?.complete, news?.state.definitions.map(({ path }) => path)], [true, ["b.star"]]);
    // Another registry has taken this one's place.
    assert.equal(newsSince(state, 90)?.complete, true);
  });

  it("keeps some of the objects that a trigger is paused for, and none when it is resumed or forgotten", () => {
    const objects = Array.from({ length: 30 }, (_, n) => pause(`issues/${n}`));
    const state = after([activate(), ...objects, pause("issues/1", "other")]);
    assert.equal(state.pauses.length, 11);
    assert.equal(applyChange(state, pause("issues/29"), 1000).state, state);
    const resumed = after([{ kind: "resume", ...name, trigger: "h" }], state);
    assert.deepEqual(
      resumed.pauses.map(({ trigger }) => trigger),
      ["other"],
    );
    const removed = after([{ kind: "removeDefinition", ...name }], state);
    assert.deepEqual(after([activate({ path: "b" })], removed, 1001 + keptMs).pauses, []);
  });

  it("sets flags back to what they inherit", () => {
    const flag = { kind: "setFlag", name: "autoflow_enabled" } as const;
    const state = after([
      { ...flag, enabled: false },
      { ...flag, project: "1", enabled: true },
    ]);
    assert.deepEqual(state.flags, [
      { name: "autoflow_enabled", enabled: false },
      { name: "autoflow_enabled", enabled: true, project: "1" },
    ]);
    assert.equal(applyChange(state, { ...flag, project: "1", enabled: true }, 1000).state, state);
    assert.deepEqual(after([flag, { ...flag, project: "1" }], state).flags, []);
  });

  it("knows builds once", () => {
    const build = { buildId: "b", since: 1 };
    const state = after([
      { kind: "addBuild", build },
      { kind: "addBuild", build },
    ]);
    assert.deepEqual([state.builds, state.version], [[build], 1]);
    assert.deepEqual(after([{ kind: "dropBuild", buildId: "b" }], state).builds, []);
  });

  it("takes no more than fits, and still what makes it smaller", () => {
    const libraries = [{ project: "p".repeat(1024 * 1024), ref: "r", commit: "c" }];
    const state = after([activate({ libraries })]);
    assert.throws(() => after([activate({ libraries, path: "b.star" })], state), { code: "REGISTRY_FULL" });
    assert.equal(after([activate()], state).version, 2);
  });
});
