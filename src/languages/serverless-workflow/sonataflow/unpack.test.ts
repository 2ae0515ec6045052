import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFiles, line } from "../testing/compile-files.ts";
import { unpackSonataFlow } from "./unpack.ts";

const bundle = `---
# Source: chart/templates/flow.yaml
apiVersion: sonataflow.org/v1alpha08
kind: SonataFlow
metadata:
  name: greeting
  annotations:
    sonataflow.org/description: Says hello
    sonataflow.org/version: 1.2.0
    sonataflow.org/profile: gitops
spec:
  resources:
    configMaps:
    - configMap: {name: greeting-specs}
      workflowPath: specs
    - configMap: {name: greeting-schemas}
      workflowPath: ./schemas/
    - configMap: {name: gone}
  podTemplate:
    container:
      env:
      - {name: HELLO_URL, value: 'http://hello:8080'}
      - {name: TOKEN, valueFrom: {secretKeyRef: {name: creds, key: token}}}
      envFrom:
      - secretRef: {name: creds}
  flow:
    dataInputSchema: {schema: schemas/in.json, failOnValidationErrors: true}
    start: Hello
    functions:
    - {name: hello, type: rest, operation: specs/hello.yaml#sayHello}
    states:
    - name: Hello
      type: operation
      actions: [{functionRef: hello}]
      end: tru
---
kind: ConfigMap
apiVersion: v1
metadata: {name: greeting-props}
data:
  application.properties: |
    quarkus.rest-client.hello_yaml.url=\${HELLO_URL}
---
apiVersion: v1
kind: Secret
metadata: {name: creds}
stringData: {token: never, other: never}
`;

const others = `apiVersion: v1
kind: List
items:
- kind: ConfigMap
  metadata: {name: greeting-specs}
  data:
    hello.yaml: |
      openapi: 3.0.0
      info: {title: t, version: '1'}
      paths: {/hello: {get: {operationId: sayHello, responses: {'200': {description: ok}}}}}
- kind: ConfigMap
  metadata: {name: greeting-schemas}
  data: {in.json: '{"type": "object"}'}
`;

test("a bundle gives workflows with the files of their ConfigMaps", () => {
  const files = new Map([
    ["deploy/flow.yaml", bundle],
    ["deploy/maps.yaml", others],
    ["deploy/values.yaml", "a: 1"],
  ]);
  const { workflows, diagnostics } = unpackSonataFlow(files);
  assert.deepEqual(diagnostics.map(line), [
    'warning deploy/flow.yaml:18:7 missing-config-map: the workflow "greeting" uses the ConfigMap "gone", which is not among the files: there is greeting-props, greeting-specs or greeting-schemas',
  ]);
  assert.equal(workflows.length, 1);
  const [unpacked] = workflows;
  assert.deepEqual(
    [...unpacked!.files.keys()],
    ["deploy/flow.yaml#greeting", "deploy/specs/hello.yaml", "deploy/schemas/in.json", "deploy/application.properties"],
  );
  assert.deepEqual(unpacked!.environment, [
    { name: "token", secret: { name: "creds", key: "token" } },
    { name: "other", secret: { name: "creds", key: "other" } },
    { name: "HELLO_URL", value: "http://hello:8080" },
    { name: "TOKEN", secret: { name: "creds", key: "token" } },
  ]);
  assert.ok(![...unpacked!.files.values()].join("").includes("never"));
});

test("the workflow of an object is that of its flow and metadata, with places in the bundle", () => {
  const { workflows } = unpackSonataFlow(
    new Map([
      ["flow.yaml", bundle],
      ["maps.yaml", others],
    ]),
  );
  const { workflow, problems } = checkFiles(Object.fromEntries(workflows[0]!.files));
  assert.deepEqual(problems.diagnostics.map(line), [
    'error flow.yaml:35:12 WORKFLOW_INVALID: end has to be true or an object, got the text "tru"',
  ]);
  assert.equal(workflow?.id, "greeting");
  assert.equal(workflow?.version, "1.2.0");
  assert.equal(workflow?.description, "Says hello");
  assert.equal(workflow?.functions[0]?.document, "specs/hello.yaml");
  const values = new Map(workflow?.properties.map(({ key, value }) => [key, value]));
  assert.equal(values.get("HELLO_URL"), "http://hello:8080");
  assert.equal(values.get("quarkus.rest-client.hello_yaml.url"), "${HELLO_URL}");
});

test("a file with one object is an entry as it is", () => {
  const { workflow } = checkFiles({ "flow.yaml": bundle.replace("end: tru\n", "end: true\n"), "specs/hello.yaml": "" });
  assert.equal(workflow?.id, "greeting");
});
