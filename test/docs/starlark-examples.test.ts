import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { readExamples } from "../../scripts/docs/starlark-examples.ts";
import { apiMethods, gitlabVerbs, httpVerbs, runVerbs } from "../../src/languages/starlark/api/table.ts";
import { allBuiltins } from "../../src/languages/starlark/library/registry.ts";
import { Evaluator } from "../../src/languages/starlark/run/evaluate.ts";
import { EvaluationError } from "../../src/languages/starlark/run/evaluation-error.ts";
import {
  checkExample,
  type Example,
  type Performed,
  readExample,
} from "../../src/languages/starlark/testing/documented-example.ts";
import { toText } from "../../src/languages/starlark/values/text.ts";
import { compileScript, play } from "../../src/languages/starlark/testing/virtual-run.ts";

const ofLibrary = readExamples("library");
const ofApi = readExamples("api");
const apiPage = readFileSync(new URL("../../docs/reference/starlark-api.md", import.meta.url), "utf8");
const languagePage = readFileSync(new URL("../../docs/reference/starlark.md", import.meta.url), "utf8");

test("every function and method of the library has an example", () => {
  const names = [...allBuiltins()].filter(([, spec]) => !spec.name.startsWith("_")).map(([name]) => name);
  assert.deepEqual([...ofLibrary.keys()].toSorted(), names.toSorted());
});

test("every verb and method of the API has an example", () => {
  const verbs = runVerbs.map(({ name }) => name);
  const http = httpVerbs.map(({ name }) => `http.${name}`);
  const gitlab = gitlabVerbs.map(({ name }) => `gitlab.${name}`);
  const methods = apiMethods.flatMap(([type, table]) => [...table.keys()].map((name) => `${type}.${name}`));
  assert.deepEqual([...ofApi.keys()].toSorted(), [...verbs, ...http, ...gitlab, ...methods].toSorted());
});

test("docs/reference/starlark-api.md shows every example under its name", () => {
  const entries = apiPage.split("\n### ");
  const check = (name: string, text: string) => {
    const entry = entries.find((one) => one.startsWith(`\`${name}(`));
    assert.ok(entry?.includes(`\`\`\`starlark\n${text}`), name);
  };
  for (const [name, text] of ofLibrary) check(name, text);
  for (const [name, text] of ofApi) check(name === "all" ? "w.all" : name, text);
});

suite("examples of the library do what they say", () => {
  for (const [name, text] of ofLibrary) test(name, () => checkWithout(readExample(text)));
});

suite("examples of the API do what they say", () => {
  for (const [name, text] of ofApi) {
    test(name, () => {
      const example = readExample(text);
      checkExample(example, perform(example.source));
    });
  }
});

suite("examples of docs/reference/starlark.md do what they say", () => {
  for (const { line, text } of blocks(languagePage)) test(`line ${line}`, () => checkWithout(readExample(text)));
});

/** Checks an example that needs nothing of AutoFlow. */
function checkWithout(example: Example): void {
  const output: string[] = [];
  const evaluator = new Evaluator({ print: (line) => output.push(...line.split("\n")), load: loadable });
  checkExample(example, { output, error: failureOf(() => evaluator.evaluate("example.star", example.source)) });
}

function loadable(path: string): string | undefined {
  return path === "lib/labels.star"
    ? 'BUG = "bug"\n\ndef scoped(key, value):\n    return key + "::" + value\n'
    : undefined;
}

function failureOf(action: () => unknown): Performed["error"] {
  try {
    action();
    return undefined;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const traceback = toText(error.failure?.traceback ?? "");
    return { lines: [error.where?.line ?? 0, ...linesOf(traceback)], message: error.message };
  }
}

/** Runs an example as a driver script in a world that answers everything. */
function perform(source: string): Performed {
  const { turns, lines } = play(compileScript({ "example.star": source }, "driver"), { source });
  const outcome = turns.at(-1)?.outcome;
  const output = lines.flatMap((line) => line.split("\n"));
  if (outcome?.kind === "succeeded") return { output };
  if (outcome?.kind !== "failed") return { output, error: { lines: [], message: "it never ended" } };
  return { output, error: { lines: linesOf(outcome.error.traceback ?? ""), message: outcome.error.message } };
}

function linesOf(traceback: string): number[] {
  return [...traceback.matchAll(/example\.star:(\d+)/g)].map(([, line]) => Number(line));
}

/** The Starlark blocks of a Markdown page, with the line that each begins on. */
function blocks(page: string): { line: number; text: string }[] {
  const lines = page.split("\n");
  const found: { line: number; text: string }[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (lines[i] !== "```starlark") continue;
    const end = lines.indexOf("```", i);
    found.push({ line: i + 2, text: `${lines.slice(i + 1, end).join("\n")}\n` });
    i = end;
  }
  return found;
}
