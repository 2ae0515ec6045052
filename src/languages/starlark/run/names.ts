/** What the bytes of images and states mean: the names of the library and the objects of the API. */
import { libraryNameOf, libraryValue, methodNamed, methodNameOf } from "../api/environment.ts";
import { apiHeapKinds } from "../api/heap-kinds.ts";
import type { HeapNames } from "../snapshot/heap-kinds.ts";
import type { HeapValue } from "../values/value.ts";

const shared = {
  nameOf: libraryNameOf,
  byName: libraryValue,
  methodName: methodNameOf,
  methodByName: methodNamed,
  kinds: apiHeapKinds,
};

/** For an image: there is no run, and so nothing that it has one of. */
export const imageNames: HeapNames = { ...shared, hostNameOf: () => undefined, hostByName: () => undefined };

/** For the state of a run that has these single values, by name. */
export function runNames(single: (name: string) => HeapValue | undefined): HeapNames {
  return {
    ...shared,
    hostNameOf: (value) => ["w", "vars"].find((name) => single(name) === value),
    hostByName: single,
  };
}
