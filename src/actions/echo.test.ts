import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SecretText } from "../core/wire.ts";
import { actionCall, describeAction } from "./action.suite.ts";
import { echoAction } from "./echo.ts";

describeAction("echo", { answersAtOnce: true }, async () => ({
  action: echoAction,
  succeeding: { text: new SecretText(["Bearer ", { name: "TOKEN" }]) },
  close: async () => {},
}));

describe("echo", () => {
  it("answers its input, at once and without a promise", () => {
    const call = actionCall({ a: [1, 2.5, "text", null, new Uint8Array([0, 255])] });
    assert.deepEqual(echoAction.perform(call), { value: call.input });
  });
});
