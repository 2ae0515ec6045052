import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { starlark } from "../program.ts";
import { recordCalls, showCall } from "../testing/recorded-calls.ts";
import { describeLibrary } from "./describe.ts";
import { librarySources } from "./sources.ts";

const folder = new URL("./", import.meta.url);

/** What a script prints at its top level. Fails the test when it has problems. */
function printed(name: string, text: string): string[] {
  const compilation = starlark.compile({ entry: name, files: new Map([[name, text]]) }, "handlers");
  const result = compilation.step(100_000_000);
  assert.ok(result !== "running");
  const errors = result.diagnostics.filter(({ severity }) => severity === "error");
  assert.deepEqual(errors, []);
  return result.output;
}

test("the library's texts are those of its files (npm run docs writes them)", () => {
  const all = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = all.filter((name) => name.endsWith(".star") && !name.startsWith("testdata/"));
  assert.deepEqual([...librarySources.keys()], files.toSorted());
  for (const [name, text] of librarySources) assert.equal(text, readFileSync(new URL(name, folder), "utf8"), name);
});

test("every function is documented, argument by argument", () => {
  for (const { name: file, functions } of describeLibrary()) {
    for (const { name, parameters, summary, arguments: args } of functions) {
      assert.match(summary, /\.$/, `${file}.${name}`);
      const names = parameters.split(", ").flatMap((parameter) => /^\*{0,2}\w+/.exec(parameter)?.[0] ?? []);
      assert.deepEqual(
        args.map((one) => one.name),
        names,
        `${file}.${name}`,
      );
    }
  }
});

for (const { path, name, functions } of describeLibrary()) {
  test(`the examples of ${name}`, () => {
    for (const { expression, value } of functions.flatMap(({ examples }) => examples)) {
      if (isCalls(value)) {
        assert.deepEqual(callsOf(path, name, expression), value.split(", then "), expression);
        continue;
      }
      const text = `load("${path}", "${name}")\nprint(repr(${expression}))\nprint(repr(${value}))\n`;
      const [got, want] = printed("example.star", text);
      assert.equal(got, want, expression);
    }
  });
}

/** Of an expression that calls something, the example tells the calls. */
function isCalls(value: string): boolean {
  return /^(GET|POST|PUT|PATCH|DELETE) /.test(value);
}

const gitlabObject = {
  id: 1,
  iid: 7,
  name: "x",
  title: "Crash",
  username: "sam",
  labels: ["bug", "workflow::todo"],
  status: "success",
  author: { id: 1 },
  body: "",
  key: "A",
  value: "b",
};

/** What Slack and Kubernetes answer. */
const otherObject = {
  ok: true,
  kind: "Deployment",
  metadata: { generation: 1 },
  spec: { replicas: 0 },
  status: { observedGeneration: 1 },
  items: [],
};

/** The calls that an expression makes; those of GitLab are answered with one object, all others with another one. */
function callsOf(path: string, name: string, expression: string): string[] {
  const script = `load("${path}", "${name}")\n${expression}\n`;
  const { calls, failure } = recordCalls(script, ({ path: asked, query }) => {
    if (asked.includes("://")) return { body: otherObject };
    return { body: query.some(([parameter]) => parameter === "per_page") ? [gitlabObject] : gitlabObject };
  });
  assert.equal(failure, undefined);
  return calls.map(showCall);
}

test("every function that calls GitLab has an example of its calls", () => {
  for (const { path, name: file, functions } of describeLibrary()) {
    if (!path.includes("gitlab/")) continue;
    for (const { name, examples } of functions) assert.notEqual(examples.length, 0, `${file}.${name}`);
  }
});

for (const file of readdirSync(new URL("testdata/", folder))) {
  test(`checks of ${file}`, () => {
    assert.deepEqual(printed(file, readFileSync(new URL(`testdata/${file}`, folder), "utf8")), ["done"]);
  });
}
