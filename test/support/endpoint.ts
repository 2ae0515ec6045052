/** A service that scripts call: it notes every request and answers as it is told. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Endpoint extends AsyncDisposable {
  url: string;
  received: Received[];
}

/** `answer` gives status and body of an answer; 200 and {} without it. */
export async function startEndpoint(
  answer: (request: Received) => { status?: number; body?: unknown } = () => ({}),
): Promise<Endpoint> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      const noted = { method, path, headers, body };
      received.push(noted);
      const { status = 200, body: answered = {} } = answer(noted);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answered));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
