import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { openChannel } from "./channel.ts";

test("a request that is repeated until its deadline tells why", async () => {
  let attempts = 0;
  const server = createServer().listen(0, "127.0.0.1");
  server.on("stream", (stream) => {
    attempts++;
    stream.on("error", () => {});
    const unavailable = "14";
    const headers = { ":status": 200, "content-type": "application/grpc", "grpc-status": unavailable };
    stream.respond({ ...headers, "grpc-message": "it is closing" }, { endStream: true });
  });
  await once(server, "listening");
  const hostPort = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { tls: undefined, apiKey: undefined };
  const { connection } = openChannel({ hostPort, namespace: "default" }, () => credentials, 1000);
  try {
    const request = connection.withDeadline(Date.now() + 400, () =>
      connection.workflowService.describeNamespace({ namespace: "default" }),
    );
    await assert.rejects(request, { code: 4, details: /in time, last because of: UNAVAILABLE: it is closing$/ });
    assert.ok(attempts > 1);
  } finally {
    await connection.close();
    server.close();
  }
});
