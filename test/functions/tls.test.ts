import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

test("services with a certificate that is trusted are called: OpenAPI with a token, and gRPC", async () => {
  const program = fileURLToPath(new URL("tls-calls.ts", import.meta.url));
  const authority = fileURLToPath(new URL("../../src/actions/testdata/self-signed.crt", import.meta.url));
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: authority };
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
  assert.deepEqual(JSON.parse(stdout), [{ by: "https", authorized: true }, { text: "hello" }]);
});
