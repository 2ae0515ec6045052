/** Reading fields of a parsed JSON body that may have any shape. Nothing here throws. */

export type JsonObject = Record<string, unknown>;

const nothing: JsonObject = Object.freeze(Object.create(null) as JsonObject);

/** The value when it is a JSON object, else an empty object. */
export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : nothing;
}

/** Whether a parsed value is a JSON object (and no array). */
export function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** The object under a name, or an empty one. */
export function objectAt(body: JsonObject, name: string): JsonObject {
  return asObject(body[name]);
}

/** The non-empty string under a name. */
export function textAt(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The id under a name in decimal: GitLab's ids are positive integers; a string of digits is taken too. */
export function idAt(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? String(value) : undefined;
  return typeof value === "string" && /^\d{1,19}$/.test(value) ? value : undefined;
}
