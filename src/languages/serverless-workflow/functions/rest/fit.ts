/** Makes a value what a schema declares, as the generated classes of SonataFlow do. */
import type { Value } from "../../../jq/value.ts";
import type { BodyShape } from "./rest-plan.ts";

/**
 * The value as it is sent: declared properties that are null are left out, unless they are required and may be null, as are all that
 * are null at the top; scalars take the declared type where nothing is lost by it. What is not declared stays as it is.
 */
export function fitted(value: Value, shape: BodyShape): Value {
  return value instanceof Map ? fit(withoutNulls(value, shape), shape) : fit(value, shape);
}

function withoutNulls(object: Map<string, Value>, { properties }: BodyShape): Value {
  return new Map([...object].filter(([name, member]) => member !== null || own(properties, name)?.nullable === true));
}

function fit(value: Value, shape: BodyShape): Value {
  if (value instanceof Map) {
    const { properties } = shape;
    if (properties === undefined) return value;
    const result = new Map<string, Value>();
    for (const [name, member] of value) {
      const declared = own(properties, name);
      if (member !== null || declared === undefined || declared.nullable === true) {
        result.set(name, declared === undefined ? member : fit(member, declared));
      }
    }
    return result;
  }
  if (Array.isArray(value)) {
    const { items } = shape;
    return items === undefined ? value : value.map((item) => fit(item, items));
  }
  return fitScalar(value, shape.type);
}

function fitScalar(value: Value, type: BodyShape["type"]): Value {
  if (type === "string" && (typeof value === "number" || typeof value === "boolean")) return String(value);
  if (typeof value !== "string") return value;
  if (type === "boolean" && (value === "true" || value === "false")) return value === "true";
  if ((type === "integer" || type === "number") && /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(value)) {
    const number = Number(value);
    if (type === "number" || Number.isInteger(number)) return number;
  }
  return value;
}

function own(properties: BodyShape["properties"], name: string): BodyShape | undefined {
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}
