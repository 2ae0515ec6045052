import assert from "node:assert/strict";
import { test } from "node:test";
import { type ApiEvent, eventView } from "./event-view.ts";

function becameOfIt(changes: Partial<ApiEvent>): unknown {
  const event = { decisions: [], receivedBy: [], ...changes } as unknown as ApiEvent;
  return eventView.columns.find(({ title }) => title === "became of it")!.value(event);
}

test("an event that a waiting run received names it", () => {
  assert.equal(becameOfIt({ receivedBy: ["r1"] }), "received by run r1 (wait_for_event)");
  assert.equal(becameOfIt({ receivedBy: ["r1", "r2"] }), "received by 2 waiting runs");
  assert.equal(becameOfIt({ reason: "no trigger for this type" }), "started nothing: no trigger for this type");
});
