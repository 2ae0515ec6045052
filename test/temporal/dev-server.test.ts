import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Connection } from "@temporalio/client";
import { sharedDevServer, startDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { startProcess } from "../support/child-process.ts";
import { eventually } from "../support/eventually.ts";
import { tempFolder } from "../support/temp-folder.ts";

const skip = (await temporalCli()) === undefined && "there is no temporal CLI";
const module = fileURLToPath(new URL("../../src/engines/temporal/testing/dev-server.ts", import.meta.url));

test("the tests of a process share one server", { skip }, async () => {
  const [one, other] = await Promise.all([sharedDevServer(), sharedDevServer()]);
  assert.equal(one, other);
  assert.ok(await answers(one.address));
});

test("a server with a file starts again where it stopped", { skip }, async () => {
  using folder = tempFolder();
  const databaseFile = folder.join("temporal.db");
  const first = await startDevServer({ databaseFile, args: ["--namespace", "another"] });
  await first.stop();
  assert.equal(await answers(first.address), false);
  await using second = await startDevServer({ databaseFile, port: Number(first.address.split(":")[1]) });
  assert.equal(second.address, first.address);
  const connection = await Connection.connect({ address: second.address });
  const { namespaces } = await connection.workflowService.listNamespaces({});
  assert.ok(namespaces?.some(({ namespaceInfo }) => namespaceInfo?.name === "another"));
  await connection.close();
});

for (const signal of ["SIGKILL", "SIGINT"] as const) {
  test(`no server outlives the process that started it: ${signal}`, { skip }, async () => {
    const program = `
      import { sharedDevServer } from ${JSON.stringify(module)};
      console.log("at " + (await sharedDevServer()).address);
      setInterval(() => {}, 1000);`;
    await using child = startProcess(process.execPath, ["--input-type=module", "-e", program]);
    const address = (await child.untilOutput(/at (.*)/))[1] ?? "";
    assert.ok(await answers(address));
    child.kill(signal);
    await eventually("the server has ended", async () => !(await answers(address)));
  });
}

async function answers(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 2000, interceptors: [] });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}
