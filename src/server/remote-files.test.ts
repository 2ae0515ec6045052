import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import type { HttpClientConfig } from "../config/config.ts";
import { createRemoteFiles } from "./remote-files.ts";

async function serve(answer: (path: string) => { status: number; body: string }) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    const { status, body } = answer(request.url!);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dispose = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => void server.close(() => resolve()));
  };
  return { url, asked, [Symbol.asyncDispose]: dispose };
}

function filesFor(config: Partial<HttpClientConfig> = {}) {
  const stopping = new AbortController();
  const httpClient = {
    allowedIps: [],
    allowedPorts: [80, 443],
    allowLoopback: true,
    timeoutMs: 1000,
    maxResponseBytes: 1000,
    ...config,
  };
  const files = createRemoteFiles({ httpClient, userAgent: "test", signal: stopping.signal });
  return { ...files, [Symbol.dispose]: () => stopping.abort() };
}

async function textOf(reading: ReturnType<ReturnType<typeof createRemoteFiles>["read"]>): Promise<string> {
  const content = await reading;
  return content instanceof Uint8Array ? new TextDecoder().decode(content) : `missing: ${content.reason ?? ""}`;
}

describe("files from addresses", () => {
  it("are fetched once for many questions, without their fragment", async () => {
    await using server = await serve((path) => ({ status: 200, body: `at ${path}` }));
    using files = filesFor();
    const address = `${server.url}/spec.yaml`;
    const both = await Promise.all([textOf(files.read(address)), textOf(files.read(address))]);
    assert.deepEqual(both, ["at /spec.yaml", "at /spec.yaml"]);
    assert.equal(await textOf(files.read(address)), "at /spec.yaml");
    assert.deepEqual(server.asked, ["/spec.yaml"]);
    assert.equal(await textOf(files.read(`${server.url}/other#/definitions/x`)), "at /other");
  });

  it("that cannot be had are told of with the reason, and asked for again", async () => {
    let status = 404;
    await using server = await serve(() => ({ status, body: "there" }));
    using files = filesFor();
    assert.match(await textOf(files.read(`${server.url}/x`)), /^missing: .*\/x was answered with status 404$/);
    status = 200;
    assert.equal(await textOf(files.read(`${server.url}/x`)), "there");
    assert.match(await textOf(files.read("http://127.0.0.1:1/x")), /^missing: .*127\.0\.0\.1:1/);
  });

  it("are bounded", async () => {
    await using server = await serve(() => ({ status: 200, body: "x".repeat(5 * 1024 * 1024) }));
    using files = filesFor();
    assert.equal(await textOf(files.read(`${server.url}/x`)), "missing: it has more than 4096 KiB");
  });

  it("are only those that calls may reach", async () => {
    await using server = await serve(() => ({ status: 200, body: "inside" }));
    using files = filesFor({ allowLoopback: false });
    assert.match(await textOf(files.read(`${server.url}/x`)), /^missing: .*loopback address/);
    assert.deepEqual(server.asked, []);
  });
});
