/** Methods of string. Strings are byte strings; what concerns letters decodes them. */
import { formatText } from "../values/format.ts";
import { TextView, type TextViewKind } from "../values/text-view.ts";
import { defineBuiltin } from "./arguments.ts";
import type { BuiltinSpec } from "./builtin.ts";
import { tableOf } from "./parameters.ts";
import { caseMethods } from "./string-case.ts";
import { searchMethods } from "./string-search.ts";
import { splitMethods } from "./string-split.ts";

const format: BuiltinSpec = {
  name: "format",
  doc: "Fills in the fields `{}`, `{0}`, `{name}` (and `{!r}`) of this string.",
  parameters: [
    { name: "args", type: "any", passing: "args" },
    { name: "kwargs", type: "any", passing: "kwargs" },
  ],
  returns: "string",
  call: (thread, self, args, named) => formatText(thread, self as string, args, named),
};

/** Methods that show the string as a sequence. */
function viewMethod(name: Exclude<TextViewKind, "bytes">, doc: string): BuiltinSpec {
  return defineBuiltin({ name, doc, parameters: [], returns: "iterable" }, (thread, self) => {
    thread.charge(48);
    return new TextView(self as string, name);
  });
}

export const stringMethods = tableOf([
  ...caseMethods,
  ...searchMethods,
  ...splitMethods,
  format,
  viewMethod("codepoint_ords", "The code points, as an iterable of integers."),
  viewMethod("codepoints", "The code points, as an iterable of strings."),
  viewMethod("elem_ords", "The bytes, as an iterable of integers."),
  viewMethod("elems", "The bytes, as an iterable of strings."),
]);
