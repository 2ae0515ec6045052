import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { exampleConfig, renderConfigurationPage } from "../../scripts/docs/configuration-page.ts";
import { mergeLayers } from "../../src/config/layers.ts";
import { rootSchema } from "../../src/config/schema-walk.ts";
import { validate } from "../../src/config/validate.ts";
import { parseYaml } from "../../src/config/yaml-file.ts";

test("docs/reference/configuration.md says what the schema says (npm run docs writes it)", () => {
  const page = readFileSync(new URL("../../docs/reference/configuration.md", import.meta.url), "utf8");
  assert.equal(page, renderConfigurationPage());
});

test("the example of docs/reference/configuration.md is valid", () => {
  const layers = { file: parseYaml("autoflow.yaml", exampleConfig), environment: [], flags: {} };
  assert.deepEqual(validate(rootSchema, mergeLayers(rootSchema, layers)), []);
});

test("every setting is described", () => {
  const rows = renderConfigurationPage().matchAll(/^\| `([^`]+\.[^`]+)` .*\|\s*\|$/gm);
  assert.deepEqual(
    [...rows].map((row) => row[1]),
    [],
  );
});
