import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Workplace } from "./command-line.ts";

const workflow = `id: greet
version: "1.0"
specVersion: "0.8"
start: Hello
functions:
  - name: log
    type: custom
    operation: sysout:INFO
states:
  - name: Hello
    type: operation
    actions:
      - functionRef:
          refName: log
          arguments:
            message: '"Hello " + .name'
    end: true
`;

const resource = `apiVersion: sonataflow.org/v1alpha08
kind: SonataFlow
metadata:
  name: greet
  annotations:
    sonataflow.org/version: 2.1.0
    sonataflow.org/description: Says hello
spec:
  flow:
    start: Hello
    dataInputSchema: schemas/input.json
    # What it does
    states:
      - name: Hello
        type: inject
        data: { said: hello }
        end: true
  resources:
    configMaps:
      - configMap: { name: greet-schemas }
        workflowPath: schemas
  podTemplate:
    container:
      env:
        - name: TOKEN
          valueFrom: { secretKeyRef: { name: creds, key: token } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: greet-schemas }
data:
  input.json: |
    {"type": "object"}
`;

test("validate: nothing to say about a good one", async () => {
  await using place = new Workplace();
  place.write("greet.sw.yaml", workflow);
  const { status, stdout, stderr } = await place.run("workflows", "validate");
  assert.deepEqual([status, stdout, stderr], [0, "", "1 workflow: no problems\n"]);
});

test("validate: problems with file, line and column, as text and as JSON", async () => {
  await using place = new Workplace();
  const file = place.write("sub/greet.sw.yaml", workflow.replace("start: Hello", "start: Helo"));
  assert.ok(file.endsWith("greet.sw.yaml"));
  const { status, stdout, stderr } = await place.run("workflows", "validate", "sub/greet.sw.yaml");
  assert.equal(status, 1);
  assert.match(stdout, /^sub\/greet\.sw\.yaml:4:8: error: .*Helo.*Hello/m);
  assert.match(stderr, /^1 workflow: 1 error/);
  const json = await place.run("workflows", "validate", "--json");
  const [item] = (JSON.parse(json.stdout) as { items: { file: string; line: number; severity: string }[] }).items;
  assert.deepEqual([item?.file, item?.line, item?.severity], ["sub/greet.sw.yaml", 4, "error"]);
});

test("validate: what is no workflow is refused, and a folder without one is no success", async () => {
  await using place = new Workplace();
  place.write("notes.txt", "no workflow");
  const missing = await place.run("workflows", "validate", "none.sw.yaml");
  assert.equal(missing.status, 3);
  assert.match(missing.stderr, /cannot read none\.sw\.yaml/);
  assert.match((await place.run("workflows", "validate", "notes.txt")).stderr, /notes\.txt is no workflow/);
  const empty = await place.run("workflows", "validate");
  assert.deepEqual([empty.status, empty.stderr], [1, "there is no workflow here\n"]);
});

test("diagram: Mermaid on standard output, SVG in a file", async () => {
  await using place = new Workplace();
  place.write("greet.sw.yaml", workflow);
  const { stdout } = await place.run("workflows", "diagram", "greet.sw.yaml");
  assert.match(stdout, /^(flowchart|stateDiagram)/);
  assert.match(stdout, /Hello/);
  const { status } = await place.run("workflows", "diagram", "greet.sw.yaml", "--out", "greet.svg");
  assert.equal(status, 0);
  assert.match(readFileSync(path.join(place.folder, "greet.svg"), "utf8"), /^<svg [^]*Hello[^]*<\/svg>\n$/);
  place.write("bad.sw.yaml", workflow.replace("start: Hello", "start: Helo"));
  for (const out of ["greet.png", "nowhere/greet.svg"]) {
    const refused = await place.run("workflows", "diagram", "greet.sw.yaml", "--out", out);
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /^REQUEST_INVALID: .*greet/);
  }
  const bad = await place.run("workflows", "diagram", "bad.sw.yaml");
  assert.match(bad.stderr, /bad\.sw\.yaml:4:8/);
});

test("import: objects become files, nothing is replaced unasked, and names of the environment are told", async () => {
  await using place = new Workplace();
  place.write("objects.yaml", resource);
  const dry = await place.run("workflows", "import", "objects.yaml", "--into", "out", "--dry-run");
  assert.equal(dry.stdout, "out/greet/greet.sw.yaml\nout/greet/schemas/input.json\n");
  assert.match(dry.stderr, /greet is to be given TOKEN as environment\nNothing was written\./);
  const first = await place.run("workflows", "import", "objects.yaml", "--into", "out");
  assert.equal(first.status, 0);
  const written = readFileSync(path.join(place.folder, "out/greet/greet.sw.yaml"), "utf8");
  assert.match(written, /^id: greet\nversion: 2\.1\.0\nspecVersion: "0\.8"\ndescription: Says hello\nstart: Hello\n/);
  assert.match(written, /# What it does/);
  assert.equal((await place.run("workflows", "validate", "out")).status, 0);
  const again = await place.run("workflows", "import", "objects.yaml", "--into", "out");
  assert.match(again.stderr, /is there already: nothing was written/);
  assert.equal((await place.run("workflows", "import", "objects.yaml", "--into", "out", "--force")).status, 0);
  place.write("other.yaml", "kind: ConfigMap\n");
  const none = await place.run("workflows", "import", "other.yaml");
  assert.match(none.stderr, /no SonataFlow object/);
});
