/** Schemas that are held to the types they stand for. */
import type { Static, TSchema } from "typebox";

/** Accepts a schema only when its values are those of `T`, in both directions. */
export function of<T>() {
  return <S extends TSchema>(schema: [T] extends [Static<S>] ? ([Static<S>] extends [T] ? S : never) : never): S =>
    schema;
}
