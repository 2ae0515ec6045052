import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { flags, FlagSettings, heldBy } from "./flags.ts";

const issue = "com.gitlab.events.issue_updated";
const task = "com.gitlab.events.work_item_closed";
const mergeRequest = "com.gitlab.events.merge_request_merged";
const note = "com.gitlab.events.note_created";

describe("feature flags", () => {
  it("hold nothing back until somebody turns one off", () => {
    const settings = new FlagSettings();
    for (const type of [issue, task, mergeRequest, note]) assert.equal(heldBy(settings, "1", type), undefined);
  });

  it("each cover their own types", () => {
    const held = (name: string) => {
      const settings = new FlagSettings([{ name, enabled: false }]);
      return [issue, task, mergeRequest, note, "com.example.any"].map((type) => heldBy(settings, "1", type) === name);
    };
    assert.deepEqual(held("autoflow_enabled"), [true, true, true, true, true]);
    assert.deepEqual(held("autoflow_issue_events_enabled"), [true, true, false, false, false]);
    assert.deepEqual(held("autoflow_merge_request_events_enabled"), [false, false, true, false, false]);
  });

  it("of a project win over those of the instance, in both directions", () => {
    const settings = new FlagSettings([
      { name: "autoflow_enabled", enabled: false },
      { name: "autoflow_enabled", project: "7", enabled: true },
      { name: "autoflow_issue_events_enabled", project: "7", enabled: false },
    ]);
    assert.equal(heldBy(settings, "1", note), "autoflow_enabled");
    assert.equal(heldBy(settings, "7", note), undefined);
    assert.equal(heldBy(settings, "7", issue), "autoflow_issue_events_enabled");
  });

  it("go back to what they inherit", () => {
    const settings = new FlagSettings();
    settings.set("autoflow_enabled", undefined, false);
    settings.set("autoflow_enabled", "7", true);
    settings.set("autoflow_enabled", "7", undefined);
    assert.equal(heldBy(settings, "7", note), "autoflow_enabled");
    settings.set("autoflow_enabled", undefined, undefined);
    assert.equal(heldBy(settings, "7", note), undefined);
  });

  it("are listed for the instance, and where a project differs", () => {
    const settings = new FlagSettings([{ name: "autoflow_enabled", project: "7", enabled: false }]);
    assert.deepEqual(settings.views(), [
      ...flags.map(({ name }) => ({ name, enabled: true })),
      { name: "autoflow_enabled", project: "7", enabled: false },
    ]);
    assert.deepEqual(new FlagSettings(settings.views()).views(), settings.views());
  });

  it("have no other names", () => {
    assert.throws(() => new FlagSettings().set("autoflow_enable", undefined, true), {
      code: "NOT_FOUND",
      hint: /autoflow_merge_request_events_enabled/,
    });
  });
});
