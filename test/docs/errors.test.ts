import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { renderErrorsPage } from "../../scripts/docs/errors-page.ts";
import { catalogue } from "../../src/core/error-catalogue.ts";

const page = readFileSync(new URL("../../docs/reference/errors.md", import.meta.url), "utf8");
const described = [...page.matchAll(/^## (\S+)$/gm)].map((match) => match[1]!);
const known = Object.keys(catalogue);

test("every code of the catalogue is described in docs/reference/errors.md", () => {
  assert.deepEqual(
    known.filter((code) => !described.includes(code)),
    [],
  );
});

test("docs/reference/errors.md describes no code that is not in the catalogue", () => {
  assert.deepEqual(
    described.filter((code) => !known.includes(code)),
    [],
  );
});

test("docs/reference/errors.md says what the catalogue says (npm run docs writes it)", () => {
  assert.equal(page, renderErrorsPage());
});
