/**
 * HTTP/1.1 over one kept-alive connection, written for a load process: it costs a few microseconds a request, so that what is
 * measured is the server. It knows what AutoFlow answers: a status, a content-length, a body.
 */
import { connect, type Socket } from "node:net";

export interface RawAnswer {
  status: number;
  body: string;
}

const endOfHead = Buffer.from("\r\n\r\n");

/** A connection that takes requests at any time and answers them in order. */
export class RawConnection {
  readonly #socket: Socket;
  readonly #waiting: { resolve: (answer: RawAnswer) => void; reject: (error: Error) => void }[] = [];
  #received: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the server closed the connection")));
  }

  /** Rejects when nothing listens on the port of this machine. */
  static open(port: number): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1" });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new RawConnection(socket));
      });
    });
  }

  /** Sends the bytes of a request; resolves with its answer, rejects when the connection breaks before. */
  send(request: Uint8Array | string): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.removeAllListeners("close");
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    let rest = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    for (;;) {
      const headEnd = rest.indexOf(endOfHead);
      if (headEnd < 0) break;
      const head = rest.toString("latin1", 0, headEnd);
      const end = headEnd + endOfHead.length + contentLength(head);
      if (rest.length < end) break;
      const body = rest.toString("utf8", headEnd + endOfHead.length, end);
      this.#waiting.shift()?.resolve({ status: Number(head.slice(9, 12)), body });
      rest = rest.subarray(end);
    }
    this.#received = rest;
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

/** The bytes of a POST. */
export function postRequest(path: string, headers: Record<string, string>, body: Uint8Array | string): Buffer {
  const bytes = Buffer.from(body);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join("")}content-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), bytes]);
}

function contentLength(head: string): number {
  const match = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (match === null) throw new Error(`an answer without a content-length: ${head.split("\r\n", 1)[0]}`);
  return Number(match[1]);
}
