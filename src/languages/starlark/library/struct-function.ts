/** struct(…). */
import { EvalError } from "../values/errors.ts";
import { makeStruct } from "../values/struct.ts";
import type { Value } from "../values/value.ts";
import type { BuiltinSpec } from "./builtin.ts";

export const struct: BuiltinSpec = {
  name: "struct",
  doc: "A value with these named fields.",
  parameters: [{ name: "fields", type: "any", passing: "kwargs" }],
  returns: "struct",
  call(thread, _self, args, named) {
    if (args.length > 0) throw new EvalError("struct: unexpected positional arguments");
    thread.charge(48 + 16 * named.length);
    thread.spend(named.length);
    const fields = new Map<string, Value>();
    for (const { name, value } of named) fields.set(name, value);
    return makeStruct(fields);
  },
};
