/** The outside world that scripts call: a server of this process that notes what arrives and when. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export class Outside implements Disposable {
  readonly port: number;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Tells `arrived` of every request: its path, its body, and when its first byte was read (performance.now). */
  static listen(arrived: (path: string, body: string, at: number) => void): Promise<Outside> {
    const server = createServer((request, response) => {
      const at = performance.now();
      let body = "";
      request.setEncoding("utf8");
      request.on("data", (chunk: string) => (body += chunk));
      request.once("end", () => {
        response.writeHead(200, { "content-length": 0 });
        response.end();
        arrived(request.url ?? "", body, at);
      });
    });
    // A connection that the server under test holds open must not be closed under it.
    server.keepAliveTimeout = 0;
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => resolve(new Outside(server)));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  [Symbol.dispose](): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
