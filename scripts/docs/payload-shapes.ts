/** src/events/gitlab/payload-shapes.ts as the recorded webhooks of the tests have it. */
import { readdirSync, readFileSync } from "node:fs";
import { eventNames } from "../../src/events/gitlab/event-names.ts";
import { objectKinds } from "../../src/events/gitlab/object-kinds.ts";

/** What values at one place have been. */
interface Seen {
  scalars: Set<string>;
  isNull: boolean;
  list: Seen | undefined;
  fields: Map<string, Seen> | undefined;
}

const folder = new URL("../../src/events/testdata/webhooks/", import.meta.url);

/** The whole file. */
export function renderPayloadShapes(): string {
  const byObject = new Map<string, Seen>();
  for (const file of readdirSync(folder).toSorted()) {
    const object = objectOf(file.replace(/(-.*)?\.json$/, ""));
    const seen = byObject.get(object) ?? nothing();
    byObject.set(object, seen);
    look(JSON.parse(readFileSync(new URL(file, folder), "utf8")), seen);
  }
  for (const [object, seen] of byObject) addThinIds(object, seen);
  const entries = [...byObject]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([object, seen]) => `  ${object}: \`\n${wrap(show(seen))}\`,`);
  return `/** Written by \`npm run docs\` from the recorded webhooks of the tests; \`payload-shape.ts\` reads it. */
export const shapeTexts: Readonly<Record<string, string>> = {
${entries.join("\n")}
};
`;
}

/** "merge_request_approval_added" -> "merge_request". */
function objectOf(type: string): string {
  const objects = [...objectKinds.values(), ...eventNames.values()].map((kind) => kind.object);
  const found = objects.filter((object) => type.startsWith(`${object}_`)).toSorted((a, b) => b.length - a.length)[0];
  if (found === undefined) throw new Error(`no kind of event is called ${type}`);
  return found;
}

function nothing(): Seen {
  return { scalars: new Set(), isNull: false, list: undefined, fields: undefined };
}

function look(value: unknown, seen: Seen): void {
  if (value === null) seen.isNull = true;
  else if (Array.isArray(value)) for (const item of value) look(item, (seen.list ??= nothing()));
  else if (typeof value === "object") {
    seen.fields ??= new Map();
    for (const [name, inner] of Object.entries(value)) {
      const field = seen.fields.get(name) ?? nothing();
      seen.fields.set(name, field);
      look(inner, field);
    }
  } else seen.scalars.add(typeof value === "number" ? (Number.isInteger(value) ? "int" : "float") : scalarName(value));
  if (Array.isArray(value)) seen.list ??= nothing();
}

function scalarName(value: unknown): string {
  return typeof value === "boolean" ? "bool" : "string";
}

/** GitLab AutoFlow's own ids, which an event has in front where the body lacks them. */
function addThinIds(object: string, seen: Seen): void {
  const kind = [...objectKinds.values()].find((other) => other.object === object);
  const thin = kind?.thin;
  seen.fields ??= new Map();
  if (kind === undefined) return;
  const add = (name: string, ids: readonly string[]) => {
    const field = seen.fields!.get(name) ?? nothing();
    field.fields ??= new Map();
    for (const id of ids) if (!field.fields.has(id)) field.fields.set(id, { ...nothing(), scalars: new Set(["int"]) });
    seen.fields!.set(name, field);
  };
  add("project", ["id"]);
  if (thin !== undefined) add(thin, ["id", "iid"]);
}

/** Names that are data and no names: keys of variables and the like. */
const isName = /^[a-z_][a-z0-9_]*$/;

function show({ scalars, isNull, list, fields }: Seen): string {
  const mark = isNull ? "?" : "";
  const kinds = [...scalars];
  const isMixed = kinds.length + (list === undefined ? 0 : 1) + (fields === undefined ? 0 : 1) > 1;
  if (isMixed) return kinds.toSorted().join() === "float,int" ? `float${mark}` : `any${mark}`;
  if (list !== undefined) return `[${show(list)}]${mark}`;
  if (fields === undefined) return kinds.length === 0 ? `any${mark}` : kinds[0]! + mark;
  const entries = [...fields].filter(([name]) => isName.test(name));
  return `{${entries.map(([name, seen]) => `${name}:${show(seen)}`).join(",")}}${mark}`;
}

/** A long text in lines, cut after commas. */
function wrap(text: string): string {
  const lines = [""];
  for (const piece of text.split(/(?<=,)/)) {
    if (lines.at(-1)!.length + piece.length > 118) lines.push("");
    lines[lines.length - 1] += piece;
  }
  return lines.join("\n");
}
