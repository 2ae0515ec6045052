/** How the library's `testing` asks the test kit for something: by calls of an action that only the kit has. */
import type { WireText } from "../../../core/wire.ts";
import type { BuiltinSpec } from "../library/builtin.ts";
import { encodeWireValue } from "../library/json-encode.ts";
import { Dict } from "../values/dict.ts";
import type { Value } from "../values/value.ts";
import { runOf } from "./host.ts";

/** The name of the builtin, which `@autoflow//testing.star` alone knows. */
export const testKitName = "_test_kit";

/** The action of its calls. */
export const testKitAction = "test";

export const testKitInternals: readonly BuiltinSpec[] = [
  {
    name: testKitName,
    doc: "Asks the test kit, by the name of a verb and a dict of its arguments, and answers what it answers.",
    parameters: [],
    returns: "any",
    call(thread, _self, args) {
      const run = runOf(thread, "testing");
      const [verb, given] = args as [Value, Value];
      const input = new Dict();
      input.set("verb", verb);
      input.set("arguments", given);
      const text = encodeWireValue(thread, input) as WireText;
      const future = run.openEffect({ kind: "call", action: testKitAction, input: text }, "value");
      return run.wait({ on: [future], deadline: undefined, timeoutValue: null, select: false, owned: true });
    },
  },
];
