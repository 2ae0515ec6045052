import assert from "node:assert/strict";
import { it } from "node:test";
import { AutoFlowError } from "../core/errors.ts";
import { withTemporalPackages } from "./temporal-packages.ts";

const failing = (code: string, message: string) => () => Promise.reject(Object.assign(new Error(message), { code }));

it("a package of Temporal's that is missing is told with the command that installs all of them", async () => {
  const missing = failing("ERR_MODULE_NOT_FOUND", "Cannot find package '@temporalio/worker' imported from /x/open.ts");
  await assert.rejects(withTemporalPackages(missing), (error) => {
    assert.ok(error instanceof AutoFlowError);
    assert.equal(error.code, "TEMPORAL_NOT_INSTALLED");
    assert.match(error.message, /^the package @temporalio\/worker cannot be loaded/);
    assert.match(error.hint, /npm install @grpc\/grpc-js@\d.* @temporalio\/activity@\d.* @temporalio\/worker@\d/);
    return true;
  });
  const native = failing("ERR_DLOPEN_FAILED", "Error loading /x/@temporalio/core-bridge/releases/a/index.node");
  await assert.rejects(withTemporalPackages(native), { code: "TEMPORAL_NOT_INSTALLED" });
  const grpc = failing("ERR_MODULE_NOT_FOUND", "Cannot find package '@grpc/grpc-js' imported from /x/channel.js");
  await assert.rejects(withTemporalPackages(grpc), { code: "TEMPORAL_NOT_INSTALLED", message: /@grpc\/grpc-js/ });
});

it("another module that is missing is no such mistake", async () => {
  const own = failing("ERR_MODULE_NOT_FOUND", "Cannot find module '/x/src/engines/temporal/gone.ts'");
  await assert.rejects(withTemporalPackages(own), { code: "ERR_MODULE_NOT_FOUND" });
  assert.equal(await withTemporalPackages(() => Promise.resolve(7)), 7);
});
