import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { renderPayloadShapes } from "../../../scripts/docs/payload-shapes.ts";
import { gitlabEventTypes } from "./event-types.ts";
import type { PayloadShape } from "./payload-shape.ts";
import { gitlabTypeTable } from "./type-table.ts";

const folder = new URL("../testdata/webhooks/", import.meta.url);

test("payload-shapes.ts is what the recorded webhooks say (npm run docs writes it)", () => {
  const written = readFileSync(new URL("payload-shapes.ts", import.meta.url), "utf8");
  assert.equal(written, renderPayloadShapes());
});

test("each type of the table is there once", () => {
  const types = gitlabEventTypes().map(({ type }) => type);
  assert.deepEqual(types, [...new Set(gitlabTypeTable().map(({ type }) => type))]);
});

test("every recorded webhook has the shape of its type", () => {
  const types = new Map(gitlabEventTypes().map(({ type, data }) => [type, data]));
  for (const file of readdirSync(folder)) {
    const type = `com.gitlab.events.${file.replace(/(-.*)?\.json$/, "")}`;
    const shape = types.get(type);
    assert.ok(shape !== undefined, `${file}: there is no shape for ${type}`);
    checkShape(JSON.parse(readFileSync(new URL(file, folder), "utf8")), shape, file);
  }
});

/** Fails where a value is not of a shape. Fields that are no names are not in shapes. */
function checkShape(value: unknown, shape: PayloadShape, where: string): void {
  if (typeof shape === "string") {
    const [type, optional] = [shape.replace("?", ""), shape.endsWith("?")];
    if (type === "any" || (value === null && optional)) return;
    const actual =
      typeof value === "number" ? (Number.isInteger(value) ? ["int", "float"] : ["float"]) : [typeof value];
    assert.ok(actual.includes(type === "bool" ? "boolean" : type), `${where}: ${JSON.stringify(value)} is no ${shape}`);
    return;
  }
  if (value === null) return assert.ok(shape.nullable === true, `${where} is null`);
  if ("list" in shape) {
    assert.ok(Array.isArray(value), where);
    for (const [i, item] of value.entries()) checkShape(item, shape.list, `${where}[${i}]`);
    return;
  }
  assert.ok(typeof value === "object", where);
  for (const [name, inner] of Object.entries(value)) {
    const field = shape.fields[name];
    if (/^[a-z_][a-z0-9_]*$/.test(name)) assert.ok(field !== undefined, `${where}.${name}`);
    if (field !== undefined) checkShape(inner, field, `${where}.${name}`);
  }
}
