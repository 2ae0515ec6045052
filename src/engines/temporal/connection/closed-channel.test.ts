import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { openChannel } from "./channel.ts";

test("requests that are repeated after the connection was closed, and new ones, are cancelled", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  const attempted = new Promise<void>((resolve) => {
    server.on("stream", (stream) => {
      stream.on("error", () => {});
      const headers = { ":status": 200, "content-type": "application/grpc", "grpc-status": "14" };
      stream.respond({ ...headers, "grpc-message": "not now" }, { endStream: true });
      stream.on("close", resolve);
    });
  });
  await once(server, "listening");
  const hostPort = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { tls: undefined, apiKey: undefined };
  const { connection } = openChannel({ hostPort, namespace: "default" }, () => credentials, 1000);
  const request = (): Promise<unknown> => connection.workflowService.describeNamespace({ namespace: "default" });
  const cancelled = { code: 1, details: /Channel has been shut down/ };
  const repeated = assert.rejects(request(), cancelled);
  await attempted;
  await connection.close();
  server.close();
  await repeated;
  await assert.rejects(request(), cancelled);
});
