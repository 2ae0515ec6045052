import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";

const root = path.resolve(import.meta.dirname, "../..");

interface Finding {
  rule: string;
  file: string;
}

/** Lints a project that has our configuration and these files; the findings by file. */
function lint(files: Record<string, string>): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-lint-"));
  try {
    for (const name of [".oxlintrc.json", "tsconfig.json", "package.json"])
      cpSync(path.join(root, name), path.join(folder, name));
    symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    const { stdout } = spawnSync(path.join(root, "node_modules/.bin/oxlint"), ["-f", "json", "src"], {
      cwd: folder,
      encoding: "utf8",
    });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
    const findings: Finding[] = diagnostics.map(({ code, filename }) => ({
      rule: code.replace(/^.*\((.*)\)$/, "$1"),
      file: filename,
    }));
    return [...new Set(findings.map(({ rule, file }) => `${file} ${rule}`))].toSorted();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const bottom = "export const one = 1;\n";

test("imports go one way", () => {
  const importing = (target: string): string => `import { one } from "${target}";\nexport const two = one + 1;\n`;
  const findings = lint({
    "src/core/a.ts": bottom,
    "src/server/a.ts": bottom,
    "src/actions/a.ts": bottom,
    "src/engines/embedded/a.ts": bottom,
    "src/core/up.ts": importing("../actions/a.ts"),
    "src/events/sideways.ts": importing("../actions/a.ts"),
    "src/languages/x/deep/up.ts": importing("../../../engines/embedded/a.ts"),
    "src/languages/x/up.test.ts": importing("../../engines/embedded/a.ts"),
    "src/engines/embedded/up.ts": importing("../../server/a.ts"),
    "src/engines/embedded/down.ts": importing("../../actions/a.ts"),
    "src/server/down.ts": importing("../engines/embedded/a.ts"),
    "src/cli/down.ts": importing("../server/a.ts"),
    "src/languages/x/down.ts": importing("../../core/a.ts"),
  });
  assert.deepEqual(findings, [
    "src/core/up.ts no-restricted-imports",
    "src/engines/embedded/up.ts no-restricted-imports",
    "src/events/sideways.ts no-restricted-imports",
    "src/languages/x/deep/up.ts no-restricted-imports",
    "src/languages/x/up.test.ts no-restricted-imports",
  ]);
});

test("core and languages are pure; their tests need not be", () => {
  const text = `import { readFileSync } from "node:fs";\nexport const read = readFileSync;\n`;
  const findings = lint({
    "src/core/files.ts": text,
    "src/core/files.test.ts": text,
    "src/actions/files.ts": text,
    "src/core/clock.ts": "export const now = (): number => Date.now();\n",
    "src/languages/x/chance.ts": "export const chance = (): number => Math.random();\n",
    "src/languages/x/host.ts": "export const pid = (): number => process.pid;\n",
    "src/actions/clock.ts": "export const now = (): number => Date.now();\n",
  });
  assert.deepEqual(findings, [
    "src/core/clock.ts no-restricted-properties",
    "src/core/files.ts no-restricted-imports",
    "src/languages/x/chance.ts no-restricted-properties",
    "src/languages/x/host.ts no-restricted-globals",
  ]);
});

test("promises do not float, cycles do not form, nothing is exported by default or of type any", () => {
  const findings = lint({
    "src/events/floating.ts": "export function start(): void {\n  Promise.resolve();\n}\n",
    "src/events/ring.ts": 'import { b } from "./ring2.ts";\nexport const a = (): unknown => b;\n',
    "src/events/ring2.ts": 'import { a } from "./ring.ts";\nexport const b = (): unknown => a;\n',
    "src/events/default.ts": "const one = 1;\nexport default one;\n",
    "src/events/any.ts": "export const thing: any = 1;\n",
  });
  assert.deepEqual(findings, [
    "src/events/any.ts no-explicit-any",
    "src/events/default.ts no-default-export",
    "src/events/floating.ts no-floating-promises",
    "src/events/ring.ts no-cycle",
    "src/events/ring2.ts no-cycle",
  ]);
});
