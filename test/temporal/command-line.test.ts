import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { sharedDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { Workplace } from "../cli/command-line.ts";
import { makeNamespace } from "./support/namespace.ts";

const skip = (await temporalCli()) === undefined && "there is no temporal CLI";

describe("the command line, for a Temporal server", { skip }, () => {
  const namespace = `commands-${randomUUID()}`;
  let place: Workplace;

  before(async () => {
    const { address } = await sharedDevServer();
    await makeNamespace(address, namespace);
    place = new Workplace();
    place.write(
      "autoflow.yaml",
      `engine: temporal\ntemporal: {host_port: "${address}", namespace: "${namespace}"}\nlisten: {port: 0}\n`,
    );
  });

  after(() => place[Symbol.asyncDispose]());

  test("doctor tells of a namespace that is not prepared, register prepares it, and doctor is content", async () => {
    const unprepared = await place.run("doctor");
    assert.equal(unprepared.status, 1);
    assert.match(
      unprepared.stdout,
      /^temporal search attributes +problem +AutoFlowState, AutoFlowLabels not registered$/m,
    );
    assert.doesNotMatch(unprepared.stdout, /^(database|data folder)/m);

    const first = await place.run("temporal", "register");
    assert.deepEqual([first.status, first.stdout], [0, ""]);
    assert.match(first.stderr, /^Registered AutoFlowState, AutoFlowLabels in the namespace commands-/);
    assert.match((await place.run("temporal", "register")).stderr, /^All search attributes are there in the namespace/);

    const prepared = await place.run("doctor");
    assert.equal(prepared.status, 0, prepared.stdout);
    assert.match(prepared.stdout, /^temporal server +ok +127\.0\.0\.1:\d+, version 1\./m);
    assert.match(prepared.stdout, /^temporal encryption +ok +none, for a server on this machine$/m);
  });

  test("builds of a task queue that no worker has asked are none", async () => {
    const { status, stdout } = await place.run("temporal", "builds", "-o", "json");
    assert.deepEqual([status, JSON.parse(stdout)], [0, { items: [] }]);
  });

  test("a namespace that is not there is told by every command, with how to make it", async () => {
    const elsewhere = { AUTOFLOW_TEMPORAL_NAMESPACE: "nowhere" };
    for (const args of [["serve"], ["worker"], ["temporal", "builds"], ["temporal", "register"]]) {
      const { status, stderr } = await place.runWith(elsewhere, ...args);
      assert.notEqual(status, 0);
      assert.match(stderr, /^TEMPORAL_NAMESPACE_MISSING: .* has no namespace nowhere$/m);
      assert.match(stderr, /^Create it: temporal operator namespace create --address /m);
    }
  });

  test("a server that is not there is told by every command that does not wait for it", async () => {
    const elsewhere = { AUTOFLOW_TEMPORAL_HOST_PORT: "127.0.0.1:1" };
    place.write("once.star", 'print("once")\n');
    const onTemporal = ["--engine", "temporal"];
    const developing = [
      ["dev", ...onTemporal],
      ["run", "once.star", ...onTemporal],
    ];
    for (const args of [["temporal", "builds"], ...developing]) {
      const { status, stderr } = await place.runWith(elsewhere, ...args);
      assert.equal(status, 6);
      assert.match(stderr, /^TEMPORAL_UNREACHABLE: 127\.0\.0\.1:1/m);
    }
  });
});
