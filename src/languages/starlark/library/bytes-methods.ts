/** Methods of bytes. */
import { TextView } from "../values/text-view.ts";
import type { Bytes } from "../values/value.ts";
import { defineBuiltin } from "./arguments.ts";
import { tableOf } from "./parameters.ts";

const elems = defineBuiltin(
  { name: "elems", doc: "The bytes, as an iterable of integers.", parameters: [], returns: "iterable" },
  (thread, self) => {
    thread.charge(48);
    return new TextView((self as Bytes).data, "bytes");
  },
);

export const bytesMethods = tableOf([elems]);
