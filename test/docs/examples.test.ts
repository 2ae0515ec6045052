import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

const guides = path.resolve(import.meta.dirname, "../../docs/guides");

for (const file of readdirSync(guides).filter((name) => name.endsWith(".md"))) {
  test(`docs/guides/${file}: the examples in JSON are JSON`, () => {
    const text = readFileSync(path.join(guides, file), "utf8");
    for (const [, example] of text.matchAll(/^```json\n([\s\S]*?)^```$/gm))
      assert.doesNotThrow(() => JSON.parse(example!) as unknown, example);
  });
}
