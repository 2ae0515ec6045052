/** The library beside starlark-go: other programs every minute, so that over time many are tried. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerTo } from "../../src/languages/starlark/testing/fuzz/answer.ts";
import { Random } from "../../src/languages/starlark/testing/fuzz/random.ts";
import { compare } from "../fuzz/compare.ts";
import { findStarlarkGo, runStarlarkGo } from "../support/starlark-go.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { callProgram } from "./calls.ts";
import { floatProgram, mathProgram, unicodeProgram, zoneProgram } from "./tables.ts";

const found = findStarlarkGo();
const skip = "missing" in found ? `NOT compared with starlark-go: ${found.missing}` : false;
const rotatingSeed = Math.floor(Date.now() / 60_000) * 1000;
const limits = { stepsPerTurn: 50_000_000, memoryBytes: 256 * 1024 * 1024 };

for (const [name, count, make] of [
  ["calls of every builtin", 600, callProgram],
  ["floats", 3, floatProgram],
  ["math", 3, mathProgram],
  ["code points", 3, unicodeProgram],
  ["time zones", 4, zoneProgram],
] as const) {
  test(`${name}: as starlark-go, seeds from ${rotatingSeed}`, { skip, timeout: 120_000 }, async () => {
    using folder = tempFolder();
    for (let i = 0; i < count; i++) {
      const source = make(new Random(rotatingSeed + i));
      const go = await runStarlarkGo((found as { file: string }).file, folder.path, source);
      const verdict = compare(source, answerTo(source, { limits }), go);
      assert.ok(verdict.kind !== "different", `${source}\n${verdict.kind === "different" ? verdict.message : ""}`);
    }
  });
}
