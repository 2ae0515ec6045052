/** What the stand-ins share: a small HTTP server for JSON that shows every call. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  /** The parsed JSON body; undefined when there is none. */
  body: unknown;
}

export interface Answer {
  status: number;
  body?: unknown;
  /** In place of JSON. */
  html?: string;
  location?: string;
}

export interface StandIn {
  url: string;
  close(): Promise<void>;
}

/** Serves on 127.0.0.1; `show` is told each call and its status. */
export async function serve(
  port: number,
  answer: (call: Call) => Answer,
  show: (call: Call, status: number) => void,
): Promise<StandIn> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const url = new URL(request.url ?? "/", "http://stand-in");
      const text = Buffer.concat(chunks).toString("utf8");
      const call: Call = {
        method: request.method ?? "GET",
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers as Call["headers"],
        body: parse(text),
      };
      const { status, body, html, location } = answer(call);
      show(call, status);
      response.writeHead(status, {
        "content-type": html === undefined ? "application/json" : "text/html; charset=utf-8",
        ...(location !== undefined && { location }),
      });
      response.end(html ?? (body === undefined ? "" : JSON.stringify(body)));
    });
  });
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

/** A field of a parsed body, undefined where there is none. */
export function field(body: unknown, ...names: string[]): unknown {
  let value = body;
  for (const name of names) value = (value as Record<string, unknown> | undefined)?.[name];
  return value;
}
