/** What a JSON Schema says of a value, as far as it changes what is sent. */
import { entryOf, type DataNode } from "../../document/tree.ts";
import { entriesUnder, follow, isTrue, itemsUnder, textUnder, type Resources } from "../resources.ts";
import type { BodyShape } from "../rest/rest-plan.ts";

/** Deeper schemas, recursive ones among them, say nothing below. */
const deepest = 5;
/** A plan stays small: of larger schemas the rest says nothing. */
const mostShapes = 500;

/** The shape of a schema; `{}` where it allows everything or does not say. */
export function shapeOf(schema: DataNode | undefined, resources: Resources): BodyShape {
  return new Shapes(resources).of(schema, 0);
}

class Shapes {
  readonly #resources: Resources;
  #count = 0;

  constructor(resources: Resources) {
    this.#resources = resources;
  }

  of(schema: DataNode | undefined, depth: number): BodyShape {
    const node = follow(schema, this.#resources);
    if (node === undefined || depth > deepest || ++this.#count > mostShapes) return {};
    const { type, nullable } = typeOf(node);
    const shape: BodyShape = {
      ...(type !== undefined && { type }),
      ...(nullable && { nullable: true }),
    };
    if (isFile(node, type)) shape.isFile = true;
    const properties = this.#properties(node, depth);
    if (properties !== undefined) return { ...shape, type: shape.type ?? "object", properties };
    const items = entryOf(node, "items")?.value;
    if (items !== undefined && (type ?? "array") === "array")
      return { ...shape, type: "array", items: this.of(items, depth + 1) };
    return shape;
  }

  /** Its own, and those of the parts of `allOf`. A null is sent only for what is required and may be null. */
  #properties(node: DataNode, depth: number): { [name: string]: BodyShape } | undefined {
    const properties = Object.create(null) as { [name: string]: BodyShape };
    const required = new Set(
      itemsUnder(node, "required").map((item) => (item.kind === "scalar" ? item.value : undefined)),
    );
    for (const { key, value } of entriesUnder(node, "properties")) {
      const { nullable, ...shape } = this.of(value, depth + 1);
      properties[key] = nullable === true && required.has(key) ? { ...shape, nullable } : shape;
    }
    for (const part of itemsUnder(node, "allOf")) Object.assign(properties, this.of(part, depth + 1).properties);
    return Object.keys(properties).length === 0 ? undefined : properties;
  }
}

const types = ["object", "array", "string", "number", "integer", "boolean"] as const;

function typeOf(node: DataNode): { type?: BodyShape["type"]; nullable: boolean } {
  const given = entryOf(node, "type")?.value;
  const listed = given?.kind === "list" ? given.items : given === undefined ? [] : [given];
  const names = listed.map((item) => (item.kind === "scalar" ? String(item.value) : ""));
  const nullable = names.includes("null") || isTrue(node, "nullable") || isTrue(node, "x-nullable");
  const others = names.filter((name) => name !== "null");
  const type = others.length === 1 ? types.find((known) => known === others[0]) : undefined;
  return { ...(type !== undefined && { type }), nullable };
}

/** OpenAPI 3.0: format "binary". 3.1: a media type and no encoding that would make it text. */
function isFile(node: DataNode, type: BodyShape["type"]): boolean {
  if (type !== undefined && type !== "string") return false;
  return (
    textUnder(node, "format") === "binary" ||
    (entryOf(node, "contentMediaType") !== undefined && entryOf(node, "contentEncoding") === undefined)
  );
}
