/** What the schemas of the configuration are made of. */
import { Type } from "typebox";

/** Of groups of settings: an unknown one is an error. */
export const strict = { additionalProperties: false } as const;

/** A value that must not be printed: written out, or where it is kept. */
export type SecretRef = string | { env?: string; file?: string; value?: string };

/** Marks a place that holds a secret, for redaction and for the reference page. */
export const secretMark = "x-secret";

/** Marks a group that only a file may hold: no environment variables stand for what is in it. */
export const fileOnlyMark = "x-file-only";

const secretPlaces = {
  env: Type.Optional(Type.String({ minLength: 1, description: "Name of an environment variable." })),
  file: Type.Optional(
    Type.String({ minLength: 1, description: "Path of a file; one line break at its end is left out." }),
  ),
  value: Type.Optional(Type.String({ description: "The value itself.", [secretMark]: true })),
};

/** One of the three places; a plain text is the value itself. */
export function secret(description: string) {
  return Type.Unsafe<SecretRef>({ ...secretShape(["string", "object"]), description });
}

/** One secret, or a list of them of which each is good, so that one can be changed without a gap. */
export function secretOrList(description: string) {
  return Type.Unsafe<SecretRef | SecretRef[]>({
    ...secretShape(["string", "object", "array"]),
    items: secretShape(["string", "object"]),
    description,
  });
}

function secretShape(type: string[]) {
  return { type, minProperties: 1, maxProperties: 1, properties: secretPlaces, ...strict, [secretMark]: true };
}

/** As core/duration.ts reads them. */
export function duration(description: string, byDefault: string) {
  return Type.String({ format: "duration", default: byDefault, description });
}

/** A duration, or "forever". */
export function keepFor(description: string, byDefault: string) {
  return Type.String({ format: "duration-or-forever", default: byDefault, description });
}
