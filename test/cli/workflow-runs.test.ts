import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { type Running, Workplace } from "./command-line.ts";

const head = (id: string) => `id: ${id}\nversion: "1.0"\nspecVersion: "0.8"\n`;

const greet = `${head("greet")}start: Hello
functions:
  - {name: log, type: custom, operation: "sysout:INFO"}
states:
  - name: Hello
    type: operation
    actions:
      - functionRef: {refName: log, arguments: {message: '"Hello " + .name'}}
    transition: Done
  - {name: Done, type: inject, data: {said: true}, end: true}
`;

const judged = `${head("judged")}dataInputSchema: schema.json
start: Done
states:
  - name: Done
    type: inject
    data: {result: {completedWith: error, message: it is not nice}}
    end: true
`;

const schema = JSON.stringify({ type: "object", properties: { n: { type: "integer" } }, required: ["n"] });

const guarded = `${head("guarded")}start: Guard
states:
  - name: Guard
    type: inject
    data: {}
    end: true
    metadata: {errorMessage: 'if .allowed then "" else "not allowed" end'}
`;

const calling = `${head("calling")}start: Make
functions: [{name: make, operation: "api.json#make"}]
states:
  - {name: Make, type: operation, actions: [{name: makeTask, functionRef: {refName: make}}], end: true}
`;

const apiAt = (url: string) =>
  JSON.stringify({
    openapi: "3.0.0",
    info: { title: "t", version: "1" },
    servers: [{ url }],
    paths: { "/tasks": { post: { operationId: "make", responses: { 201: { description: "made" } } } } },
  });

/** Makes tasks. */
async function startService(): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((_, response) => {
    response.writeHead(201, { "content-type": "application/json" }).end('{"id":"task-1"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("workflows in this process", () => {
  it("are run to their end: what they print, then their data", async () => {
    await using place = new Workplace();
    const file = place.write("greet.sw.yaml", greet);
    const { status, stdout, stderr } = await place.run("workflows", "run", file, "--input", '{"name": "Kim"}');
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), { name: "Kim", said: true });
    assert.match(stderr, /Run \S+ begins\.\n.*Hello Kim.*\n(.*\n)*Run \S+ completed\./);
    const followed = await place.run("workflows", "run", file, "--input", '{"name": "Kim"}', "--follow");
    assert.match(followed.stderr, /started[^]*Hello[^]*Done/);
  });

  it("are started once for a key", async () => {
    await using place = new Workplace();
    const file = place.write("greet.sw.yaml", greet);
    const run = () => place.run("workflows", "run", file, "--input", '{"name": "Kim"}', "--key", "k");
    const [first, second] = [await run(), await run()];
    assert.match(second.stderr, /is there already/);
    assert.equal(second.stdout, first.stdout);
  });

  it("tell an error that they completed with, and refuse what does not fit", async () => {
    await using place = new Workplace();
    const file = place.write("judged.sw.yaml", judged);
    place.write("schema.json", schema);
    const { status, stderr } = await place.run("workflows", "run", file, "--input", '{"n": 1}');
    assert.equal(status, 1);
    assert.match(stderr, /completed with error: it is not nice/);
    const refused = await place.run("workflows", "run", file, "--input", '{"n": "x"}');
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /WORKFLOW_INPUT_INVALID[^]*n/);
  });

  it("are told when what they end with does not fit its schema", async () => {
    await using place = new Workplace();
    place.write("out.json", '{"properties": {"n": {"type": "integer"}}, "additionalProperties": false}');
    const extension = (fails: boolean) =>
      `extensions: [{extensionid: workflow-output-schema, outputSchema: {schema: out.json, failOnValidationErrors: ${fails}}}]`;
    const states = "start: S\nstates: [{name: S, type: inject, data: {n: many, more: 1}, end: true}]\n";
    const strict = place.write("strict.sw.yaml", `${head("strict")}${extension(true)}\n${states}`);
    const failed = await place.run("workflows", "run", strict);
    assert.equal(failed.status, 1);
    assert.match(
      failed.stderr,
      /WORKFLOW_OUTPUT_INVALID: \$\.more: is not defined[^\n]*\n\$\.n: an integer is expected/,
    );
    const lenient = place.write("lenient.sw.yaml", `${head("lenient")}${extension(false)}\n${states}`);
    const told = await place.run("workflows", "run", lenient);
    assert.equal(told.status, 0);
    assert.match(told.stderr, /the output does not fit its schema: \$\.more: /);
  });

  it("have the environment that they name", async () => {
    await using place = new Workplace();
    const file = place.write(
      "env.sw.yaml",
      greet.replace("'\"Hello \" + .name'", "'\"Hello \" + $SECRET.GREET_WHOM'").replaceAll("greet", "env"),
    );
    process.env["GREET_WHOM"] = "the environment";
    const { stderr } = await place.run("workflows", "run", file);
    delete process.env["GREET_WHOM"];
    assert.match(stderr, /Hello the environment/);
  });

  it("may call this machine, and are repaired by a server", async () => {
    await using place = new Workplace();
    await using service = await startService();
    place.write("api.json", apiAt(service.url));
    const { status, stdout, stderr } = await place.run("workflows", "run", place.write("call.sw.yaml", calling));
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), { id: "task-1" });
    const failed = await place.run("workflows", "run", place.write("guarded.sw.yaml", guarded));
    assert.match(failed.stderr, /start one with `autoflow dev( --engine temporal)?`, then autoflow runs retry /);
  });
});

describe("workflows of a server", () => {
  let place: Workplace;
  let server: Running;

  before(async () => {
    place = new Workplace();
    place.write("app/flows/greet.sw.yaml", greet);
    place.write("app/guarded.sw.yaml", guarded);
    server = place.start("dev", "app", "--port", "0");
    await server.says("AutoFlow serves");
  });

  after(() => place[Symbol.asyncDispose]());

  it("are listed and shown, and drawn", async () => {
    const listed = await place.run("workflows", "list");
    assert.match(listed.stdout, /^greet +1\.0 /m);
    assert.match(listed.stdout, /^guarded +1\.0 /m);
    assert.match(listed.stdout, /failed +aborted +success/i);
    const shown = await place.run("workflows", "show", "greet");
    assert.match(shown.stdout, /file: +flows\/greet\.sw\.yaml/);
    assert.match(shown.stdout, /states: +Hello \(operation\)\n +Done \(inject\)/);
    assert.equal((await place.run("workflows", "show", "none")).status, 3);
  });

  it("are run, and their runs shown with nodes and data, and drawn", async () => {
    const { status, stdout, stderr } = await place.run("workflows", "run", "greet", "--input", '{"name": "Kim"}');
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), { name: "Kim", said: true });
    const [, id = ""] = /Run (\S+) begins/.exec(stderr) ?? [];
    const shown = await place.run("runs", "show", id);
    assert.match(shown.stdout, /workflow: +greet 1\.0/);
    assert.match(shown.stdout, /nodes: [^]*Hello \(operation\)[^]*Done \(inject\)/);
    assert.match(shown.stdout, /"said": true/);
    const drawn = await place.run("workflows", "diagram", "--run", id);
    assert.equal(drawn.status, 0, drawn.stderr);
    assert.match(drawn.stdout, /Hello/);
  });

  it("are repaired: retried with other data, edited, skipped", async () => {
    const start = async () => {
      const { status, stderr } = await place.run("workflows", "run", "guarded");
      assert.equal(status, 1);
      return /runs retry (\S+)/.exec(stderr)?.[1] ?? "";
    };
    const id = await start();
    const again = await place.run("runs", "retry", id);
    assert.equal(again.status, 1);
    assert.match(again.stderr, /failed again: not allowed/);
    assert.equal((await place.run("runs", "edit", id, "--new-data", '{"allowed": true}')).status, 0);
    const retried = await place.run("runs", "retry", id);
    assert.match(retried.stderr, /goes on; its state is succeeded/);
    const skipped = await place.run("runs", "skip", await start());
    assert.match(skipped.stderr, /goes on; its state is succeeded/);
    const ended = await place.run("runs", "retry", id);
    assert.notEqual(ended.status, 0);
    assert.match(ended.stderr, /RUN_ALREADY_ENDED/);
  });

  it("are started without waiting for their end", async () => {
    const { stdout } = await place.run("workflows", "run", "greet", "--detach");
    assert.match(stdout, /^[0-9a-f-]{36}\n$/);
  });
});
