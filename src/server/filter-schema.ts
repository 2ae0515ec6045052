/** Filters of triggers and waits as JSON Schema. */
import { Type } from "typebox";
import type { Filter } from "../core/filter.ts";
import { of } from "./schema-of.ts";

const strict = { additionalProperties: false } as const;
const optional = Type.Optional;

const scalarSchema = Type.Union([Type.Null(), Type.Boolean(), Type.Number(), Type.String()]);

export const filterSchema = of<Filter>()(
  Type.Object(
    {
      types: Type.Array(Type.String()),
      fields: Type.Array(
        Type.Object(
          {
            path: Type.Array(Type.String()),
            anyOf: Type.Array(scalarSchema),
            prefixes: optional(Type.Array(Type.String())),
            suffixes: optional(Type.Array(Type.String())),
          },
          strict,
        ),
      ),
      attributes: optional(
        Type.Array(Type.Object({ name: Type.String(), anyOf: Type.Array(scalarSchema) }, strict), {
          description: "The same of attributes of the CloudEvent.",
        }),
      ),
      rest: optional(Type.Object({ dialect: Type.String(), text: Type.String() }, strict)),
    },
    strict,
  ),
);
