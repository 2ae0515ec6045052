import assert from "node:assert/strict";
import { test } from "node:test";
import { analysed } from "../testing/analysed.ts";
import { actionsForUndefined } from "./actions.ts";

test("a name of the library is loaded from it", () => {
  const text = 'print(strings.reverse("a"))\n';
  const [action] = actionsForUndefined(analysed(text), text.indexOf("strings"));
  assert.equal(action?.title, "Load strings from @autoflow//strings.star");
  assert.deepEqual(action.edits, [{ start: 0, end: 0, text: 'load("@autoflow//strings.star", "strings")\n\n' }]);
});
