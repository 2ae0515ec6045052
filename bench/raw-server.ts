/**
 * What a server on bare node:http can do at best, as a process that tells its port over IPC:
 *
 *   accept          reads a body and answers 202
 *   forward PORT    makes the body durable (write and fdatasync), then posts to PORT, then answers 202: the shortest way from a
 *                   webhook to a first step
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { postRequest, RawConnection } from "./load/raw-client.ts";

const [mode, forwardPort] = process.argv.slice(2);
const answer = Buffer.from('{"id":"0","seq":1,"duplicate":false,"runs":[]}');
const forward = mode === "forward" ? await openForward(Number(forwardPort)) : undefined;

const server = createServer((request, response) => void take(request, response));
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.once("disconnect", () => process.exit());

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  forward?.(body, request.headers["idempotency-key"]);
  response.writeHead(202, { "content-type": "application/json", "content-length": answer.length });
  response.end(answer);
}

/** Makes a body durable and tells the outside of it. */
async function openForward(port: number) {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-raw-"));
  const file = openSync(path.join(folder, "log"), "a");
  rmSync(folder, { recursive: true });
  process.once("exit", () => closeSync(file));
  const outside = await RawConnection.open(port);
  return (body: Buffer, id: string | string[] | undefined): void => {
    writeSync(file, body);
    fdatasyncSync(file);
    void outside.send(postRequest("/first-step", { "content-type": "text/plain" }, String(id)));
  };
}

function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.once("error", reject);
  });
}
