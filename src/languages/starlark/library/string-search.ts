/** Methods of string that look for a part of it. */
import { EvalError } from "../values/errors.ts";
import { findLastText, findText, searchSteps } from "../values/search.ts";
import { toInterval } from "../values/sequence.ts";
import { typeName } from "../values/type-name.ts";
import { isAscii, runesOf } from "../values/text.ts";
import { Tuple, type Value } from "../values/value.ts";
import { defineBuiltin } from "./arguments.ts";
import type { BuiltinSpec, ParameterSpec, Thread } from "./builtin.ts";
import { named } from "./naming.ts";
import { positional } from "./parameters.ts";

const within: ParameterSpec[] = [positional("start", "int | None", "None"), positional("end", "int | None", "None")];

/** The part of a text that a search looks at, and where it begins. */
function part(name: string, text: string, start: Value | undefined, end: Value | undefined): [string, number] {
  if (start === undefined) return [text, 0];
  const [from, to] = named(name, () => toInterval(start, end, text.length));
  return [from < to ? text.slice(from, to) : "", from];
}

/** find, index and their reverse. `last`: look from the end; `strict`: not finding is an error. */
function searching(name: string, doc: string, last: boolean, strict: boolean): BuiltinSpec {
  return defineBuiltin(
    { name, doc, parameters: [positional("sub", "string"), ...within], returns: "int" },
    (thread, self, sub, start, end) => {
      const [text, offset] = part(name, self as string, start, end);
      thread.spend(searchSteps(text, sub as string));
      const found = last ? findLastText(text, sub as string) : findText(text, sub as string);
      if (found >= 0) return found + offset;
      if (strict) throw new EvalError(`${name}: substring not found`);
      return -1;
    },
  );
}

/** How often a part occurs, without overlaps. The empty text occurs around every code point. */
export function countOccurrences(thread: Thread, text: string, sub: string): number {
  thread.spend(searchSteps(text, sub));
  if (sub === "") return (isAscii(text) ? text.length : runesOf(text).length) + 1;
  let count = 0;
  for (let at = findText(text, sub); at >= 0; at = findText(text, sub, at + sub.length)) count++;
  thread.spend(count);
  return count;
}

const count = defineBuiltin(
  {
    name: "count",
    doc: "How often a part occurs, without overlaps.",
    parameters: [positional("sub", "string"), ...within],
    returns: "int",
  },
  (thread, self, sub, start, end) => {
    const [text] = part("count", self as string, start, end);
    return countOccurrences(thread, text, sub as string);
  },
);

/** startswith and endswith. */
function affix(name: string, doc: string, has: (text: string, affix: string) => boolean): BuiltinSpec {
  return defineBuiltin(
    { name, doc, parameters: [positional("x", "string | tuple"), ...within], returns: "bool" },
    (thread, self, x, start, end) => {
      const [text] = part(name, self as string, start, end);
      if (typeof x === "string") return has(text, x);
      if (!(x instanceof Tuple)) throw new EvalError(`${name}: got ${typeName(x!)}, want string or tuple of string`);
      thread.spend(x.items.length);
      return x.items.some((item, i) => {
        if (typeof item === "string") return has(text, item);
        throw new EvalError(`${name}: want string, got ${typeName(item)}, for element ${i}`);
      });
    },
  );
}

export const searchMethods: readonly BuiltinSpec[] = [
  count,
  searching("find", "The offset of the first occurrence of a part, or -1.", false, false),
  searching("rfind", "The offset of the last occurrence of a part, or -1.", true, false),
  searching("index", "The offset of the first occurrence of a part. It is an error when there is none.", false, true),
  searching("rindex", "The offset of the last occurrence of a part. It is an error when there is none.", true, true),
  affix("startswith", "Whether the string begins with a text, or with one of a tuple.", (text, x) =>
    text.startsWith(x),
  ),
  affix("endswith", "Whether the string ends with a text, or with one of a tuple.", (text, x) => text.endsWith(x)),
];
