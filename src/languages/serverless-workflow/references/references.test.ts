import assert from "node:assert/strict";
import { test } from "node:test";
import { problemsOf, workflowText } from "../testing/compile-files.ts";
import { dependenciesOf } from "./dependencies.ts";
import { candidates, propertyFiles, splitFragment } from "./uri.ts";

test("a reference may mean several paths, the likeliest first", () => {
  const cases: [string, string, string[]][] = [
    ["a.sw.yaml", "specs/x.yaml#op", ["specs/x.yaml", "src/main/resources/specs/x.yaml"]],
    ["flows/a.sw.yaml", "./x.yaml", ["flows/x.yaml", "src/main/resources/x.yaml", "x.yaml"]],
    ["flows/a.sw.yaml", "../x.yaml", ["x.yaml"]],
    ["flows/a.sw.yaml", "classpath:x.yaml", ["src/main/resources/x.yaml", "x.yaml", "flows/x.yaml"]],
    ["flows/a.sw.yaml", "file:///x.yaml", ["src/main/resources/x.yaml", "x.yaml", "flows/x.yaml"]],
    ["flows/a.sw.yaml", "file://x/y.yaml", ["flows/x/y.yaml", "src/main/resources/x/y.yaml", "x/y.yaml"]],
    [
      "svc/src/main/resources/a.sw.yaml",
      "/x.yaml",
      ["svc/src/main/resources/x.yaml", "src/main/resources/x.yaml", "x.yaml"],
    ],
    ["a.sw.yaml", "../../etc/passwd", []],
    ["a.sw.yaml", "a%20b.yaml", ["a b.yaml", "src/main/resources/a b.yaml"]],
    ["a.sw.yaml", "https://example.com/a/b.yaml#c", ["https://example.com/a/b.yaml"]],
    ["https://example.com/a/b.yaml", "../c.yaml", ["https://example.com/c.yaml"]],
    ["a.sw.yaml", "ftp://example.com/a", []],
    ["a.sw.yaml", "#/definitions/x", []],
  ];
  for (const [base, uri, paths] of cases) assert.deepEqual(candidates(base, uri), paths, `${uri} in ${base}`);
  assert.deepEqual(splitFragment("a#b#c"), { document: "a", fragment: "b#c" });
});

test("properties are beside the workflow, above it and in config, those nearest last", () => {
  assert.deepEqual(propertyFiles("svc/flows/a.sw.yaml"), [
    "application.properties",
    "config/application.properties",
    "src/main/resources/application.properties",
    "src/main/resources/config/application.properties",
    "svc/application.properties",
    "svc/config/application.properties",
    "svc/flows/application.properties",
    "svc/flows/config/application.properties",
  ]);
});

test("what a file names", () => {
  const text = workflowText(`functions:
- {name: a, operation: specs/a.yaml#x}
- {name: b, type: expression, operation: .x}
- {name: c, type: custom, operation: 'rest:get:/x'}
- {name: d, type: graphql, operation: 'https://example.com/graphql#query#x'}
- {name: e, type: rpc, operation: 'grpc/e.proto#S#m'}
- {name: f, operation: 'https://example.com/openapi.json#x'}
events: events.json
dataInputSchema: {schema: in.json}
extensions: [{extensionid: workflow-output-schema, outputSchema: out.json}, {extensionid: workflow-uri-definitions, definitions: {remote: more/g.yaml}}]
states: []
`);
  const wanted = [
    "specs/a.yaml",
    "grpc/e.proto",
    "https://example.com/openapi.json",
    "events.json",
    "in.json",
    "out.json",
    "more/g.yaml",
  ];
  const found = dependenciesOf("a.sw.yaml", text);
  assert.deepEqual(
    wanted.filter((path) => !found.includes(path)),
    [],
  );
  assert.ok(!found.some((path) => path.includes("graphql")));
  assert.ok(found.includes("application.properties"));
  assert.deepEqual(dependenciesOf("specs/a.yaml", "a: {$ref: './b.yaml#/x'}\nb: {$ref: '#/c'}\n")[0], "specs/b.yaml");
  const large = `${"#".repeat(300_000)}\n"$ref": 'b.yaml#/x', $ref: c.json\n`;
  assert.deepEqual(
    dependenciesOf("a.yaml", large).filter((path) => !path.startsWith("src/")),
    ["b.yaml", "c.json"],
  );
  const proto = 'import "google/protobuf/empty.proto";\nimport public "x/y.proto";\n';
  assert.deepEqual(dependenciesOf("grpc/e.proto", proto), [
    "grpc/x/y.proto",
    "src/main/resources/x/y.proto",
    "x/y.proto",
  ]);
  assert.deepEqual(dependenciesOf("broken.yaml", "a: [\n"), []);
});

test("aliases of URIs, and references that are not there", () => {
  const openapi = `openapi: 3.0.0\ninfo: {title: t, version: '1'}\nservers: [{url: http://x}]\npaths: {/x: {get: {operationId: x, responses: {'200': {description: ok}}}}}\n`;
  const text = (operation: string): string =>
    workflowText(`extensions: [{extensionid: workflow-uri-definitions, definitions: {remote: more/g.yaml}}]
functions: [{name: f, operation: '${operation}'}]
states: [{name: A, type: operation, actions: [{functionRef: f}], end: true}]
`);
  assert.deepEqual(problemsOf(text("remote#x"), { "more/g.yaml": openapi }), []);
  assert.deepEqual(problemsOf(text("gone.yaml#x")), [
    "error test.sw.yaml:5:34 WORKFLOW_REFERENCE_MISSING: there is no file gone.yaml (nor src/main/resources/gone.yaml)",
  ]);
  assert.match(
    problemsOf(text("https://example.com/a.yaml#x")).join(),
    /was not fetched: put a copy of it beside the workflow/,
  );
});
