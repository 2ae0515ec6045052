/**
 * Filters: which events a trigger or a wait is for. A filter is plain data: types, equality on fields of `data`, and a rest in
 * a named dialect. The equalities of a waiting run hash into an index, so finding who waits for an event is a lookup.
 */
import type { EventAttributes } from "./event.ts";
import { fingerprint } from "./hash.ts";

export type Scalar = null | boolean | number | string;

export interface Filter {
  /** Event types; one that ends in "*" matches by prefix. */
  types: string[];
  fields: FieldTest[];
  /**
   * The same of attributes of the CloudEvent: "source", "subject", extensions. They are compared as the texts that they are in
   * HTTP headers (CloudEvents 1.0, section 3.1), so 5 is "5".
   */
  attributes?: { name: string; anyOf: Scalar[] }[];
  /** What a language adds in a dialect of its own. */
  rest?: { dialect: string; text: string };
}

/** What a field of `data` must be: one of these values, or a text that begins or ends with one of these. */
export interface FieldTest {
  path: string[];
  anyOf: Scalar[];
  prefixes?: string[];
  suffixes?: string[];
}

/** A rest is judged by the dialect's own predicate, which the languages supply. */
export type RestPredicate = (text: string, data: unknown) => boolean;

/** What a filter looks at of an event; the other attributes may be left out where no filter asks for them. */
export type FilteredAttributes = Pick<EventAttributes, "type"> & Partial<EventAttributes>;

/** Whether an event with this parsed data passes the filter. A rest without its dialect matches nothing. */
export function matchesFilter(
  filter: Filter,
  attributes: FilteredAttributes,
  data: unknown,
  dialects: ReadonlyMap<string, RestPredicate> = new Map(),
): boolean {
  if (!filter.types.some((pattern) => matchesType(pattern, attributes.type))) return false;
  for (const { name, anyOf } of filter.attributes ?? []) {
    const value = attributeText(attributes, name);
    if (value === undefined || !anyOf.some((wanted) => String(wanted) === value)) return false;
  }
  if (!filter.fields.every((test) => passesTest(test, fieldAt(data, test.path)))) return false;
  if (filter.rest === undefined) return true;
  return dialects.get(filter.rest.dialect)?.(filter.rest.text, data) ?? false;
}

/** Whether the value of a field is as wanted; one that is not there is not. */
export function passesTest({ anyOf, prefixes, suffixes }: FieldTest, value: Scalar | undefined): boolean {
  if (value === undefined) return false;
  if (anyOf.includes(value)) return true;
  if (typeof value !== "string") return false;
  return (
    (prefixes?.some((prefix) => value.startsWith(prefix)) ?? false) ||
    (suffixes?.some((suffix) => value.endsWith(suffix)) ?? false)
  );
}

/** What a field must be, in words, each value as `show` writes it. */
export function describeTest({ anyOf, prefixes, suffixes }: FieldTest, show: (value: Scalar) => string): string {
  return [
    ...anyOf.map(show),
    ...(prefixes ?? []).map((prefix) => `${show(prefix)} at its beginning`),
    ...(suffixes ?? []).map((suffix) => `${show(suffix)} at its end`),
  ].join(" or ");
}

/** Whether an event type matches a type or a prefix pattern ("com.gitlab.events.issue_*"). */
export function matchesType(pattern: string, type: string): boolean {
  return pattern.endsWith("*") ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}

/** The text of an attribute, or undefined when the event does not have it. */
export function attributeText({ extensions, ...attributes }: FilteredAttributes, name: string): string | undefined {
  const value = Object.hasOwn(attributes, name)
    ? attributes[name as keyof typeof attributes]
    : extensions !== undefined && Object.hasOwn(extensions, name)
      ? extensions[name]
      : undefined;
  return value === undefined ? undefined : String(value);
}

/** The scalar at a path, or undefined when there is none. An array is entered by decimal index. */
export function fieldAt(data: unknown, path: readonly string[]): Scalar | undefined {
  let value = data;
  for (const name of path) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  if (value === null) return null;
  return typeof value === "object" || value === undefined ? undefined : (value as Scalar);
}

/**
 * The index entries under which a wait with this filter is found: one per type, each a shape (which paths and attributes are
 * compared: lists of names, and names) and a key (their values). Only those with a single wanted value are part of it; the whole
 * filter is checked on what is found.
 */
export function indexEntries(filter: Filter): { shape: string; key: string }[] {
  const fields = filter.fields.filter((field) => field.anyOf.length === 1 && isExact(field));
  const ordered = fields.toSorted((a, b) => (a.path.join("\0") < b.path.join("\0") ? -1 : 1));
  const attributes = (filter.attributes ?? [])
    .filter((attribute) => attribute.anyOf.length === 1)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const compared = [...ordered.map((field) => field.path), ...attributes.map(({ name }) => name)];
  const wanted = [...ordered.map((field) => field.anyOf[0]), ...attributes.map(({ anyOf }) => String(anyOf[0]))];
  return filter.types.map((type) => {
    const shape = JSON.stringify([type, ...compared]);
    return { shape, key: fingerprint(shape, JSON.stringify(wanted)) };
  });
}

function isExact({ prefixes, suffixes }: FieldTest): boolean {
  return prefixes === undefined && suffixes === undefined;
}

/** Whether waits of a shape compare one of these attributes of the event. */
export function comparesAny(shape: string, attributes: readonly string[]): boolean {
  const [, ...compared] = JSON.parse(shape) as [string, ...(string[] | string)[]];
  return compared.some((place) => typeof place === "string" && attributes.includes(place));
}

/**
 * The key under which waits of a shape that want this event are found, or undefined when the shape cannot match it. `data` is
 * called only where the shape compares fields of it.
 */
export function indexKeyFor(shape: string, attributes: FilteredAttributes, data: () => unknown): string | undefined {
  const [pattern, ...compared] = JSON.parse(shape) as [string, ...(string[] | string)[]];
  if (!matchesType(pattern, attributes.type)) return undefined;
  const values: Scalar[] = [];
  for (const place of compared) {
    const value = typeof place === "string" ? attributeText(attributes, place) : fieldAt(data(), place);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return fingerprint(shape, JSON.stringify(values));
}
