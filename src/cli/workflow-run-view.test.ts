import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrderOfEntry } from "./workflow-run-view.ts";

test("nodes stand as they were entered, states before their actions", () => {
  const visit = (node: string, entered: number, left: number) => ({
    node,
    name: node,
    type: "operation",
    entered,
    left,
  });
  const asLeft = [
    visit("A/one", 1, 1),
    visit("A/two", 1, 4),
    visit("A", 1, 4),
    visit("B/one", 4, 4),
    visit("B", 4, 4),
    visit("C/late", 6, 7),
    { node: "C", name: "C", type: "operation", entered: 4 },
  ];
  const nodes = inOrderOfEntry(asLeft).map(({ node }) => node);
  assert.deepEqual(nodes, ["A", "A/one", "A/two", "B", "B/one", "C", "C/late"]);
});
