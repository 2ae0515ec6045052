import type { Value } from "./value.ts";

/** What type() answers. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
    case "bigint":
      return "int";
    case "boolean":
      return "bool";
    default:
      return value === null ? "NoneType" : value.type;
  }
}

/** What bool() answers. */
export function truth(value: Value): boolean {
  if (value === null) return false;
  return typeof value === "object" ? value.truth() : Boolean(value);
}
