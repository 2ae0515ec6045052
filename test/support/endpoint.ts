/** A service that scripts call: it notes every request and answers as it is told. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

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

export interface Answered {
  status?: number;
  body?: unknown;
}

/** `answer` gives status and body of an answer; 200 and {} without it. */
export async function startEndpoint(
  answer: (request: Received) => Answered | Promise<Answered> = () => ({}),
): Promise<Endpoint> {
  const received: Received[] = [];
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url: path = "", headers } = request;
    const noted = { method, path, headers, body: await text(request) };
    received.push(noted);
    const { status = 200, body = {} } = await answer(noted);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  const server = createServer((request, response) => void respond(request, response)).listen(0, "127.0.0.1");
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
