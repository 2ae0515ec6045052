import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { changedObject, newObject } from "./planned-object.ts";

const now = Date.UTC(2026, 0, 5, 9);

suite("an object after a write that was planned", () => {
  const issue = { iid: 7, title: "Crash", state: "opened", labels: ["bug", "workflow::doing"], updated_at: "before" };

  test("has the fields of the write", () => {
    const changed = changedObject(issue, { title: "Crash at start", state_event: "close" }, now);
    assert.deepEqual(changed, {
      ...issue,
      title: "Crash at start",
      state: "closed",
      updated_at: "2026-01-05T09:00:00.000Z",
    });
    assert.equal(issue.title, "Crash");
  });

  test("has labels as GitLab makes them of texts and lists", () => {
    const labels = (fields: Record<string, string | string[]>) => changedObject(issue, fields, now)["labels"];
    assert.deepEqual(labels({ labels: "a, b" }), ["a", "b"]);
    assert.deepEqual(labels({ labels: [] }), []);
    assert.deepEqual(labels({ add_labels: "workflow::over,bug" }), ["workflow::over", "bug"]);
    assert.deepEqual(labels({ remove_labels: ["bug"] }), ["workflow::doing"]);
    assert.deepEqual(labels({ add_labels: "", remove_labels: "" }), issue.labels);
  });

  test("keeps its state when nobody knows what becomes of it", () => {
    assert.equal(changedObject(issue, { state_event: "explode" }, now)["state"], "opened");
    assert.equal(changedObject({ state: "closed" }, { state_event: "reopen" }, now)["state"], "opened");
    assert.equal(changedObject({ state: "closed" }, { state_event: "activate" }, now)["state"], "active");
  });
});

test("a new object has the numbers 0, and is open where such things can be", () => {
  const issue = newObject({ title: "New", labels: "a" }, "issues", now);
  assert.deepEqual([issue["id"], issue["iid"], issue["state"], issue["labels"]], [0, 0, "opened", ["a"]]);
  assert.equal(newObject({ body: "hello" }, "notes", now)["state"], undefined);
});
