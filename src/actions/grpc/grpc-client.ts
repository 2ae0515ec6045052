/**
 * gRPC over HTTP/2, with Node's own client, so that connections go only to addresses that may be reached, as those of the http action
 * do. One connection to each address is kept while it is used.
 */
import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from "node:http2";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { AddressGuard } from "../address-guard.ts";
import { portOf, whereOf } from "../address-guard.ts";
import { connectionFailed, HttpCallFailed } from "../http-failure.ts";
import type { GrpcRequest } from "./grpc-input.ts";
import { codeOfHttpStatus, decodedMessage, statusFailed } from "./grpc-status.ts";

export interface GrpcLimits {
  timeoutMs: number;
  maxResponseBytes: number;
}

export interface GrpcClient {
  /** The messages of the answer, encoded. Throws HttpCallFailed. */
  call(request: GrpcRequest, limits: GrpcLimits, signal: AbortSignal): Promise<Uint8Array[]>;
  close(): void;
}

/** A connection that nobody used for this long is closed. */
const idleMs = 60_000;

export function createGrpcClient(guard: AddressGuard): GrpcClient {
  const sessions = new Map<string, ClientHttp2Session>();

  function sessionFor(address: URL): ClientHttp2Session {
    const known = sessions.get(address.origin);
    if (known !== undefined && !known.closed && !known.destroyed) return known;
    const session = connect(address.origin, { lookup: guard.lookup(portOf(address)) } as Parameters<typeof connect>[1]);
    sessions.set(address.origin, session);
    const forget = (): void => {
      if (sessions.get(address.origin) === session) sessions.delete(address.origin);
    };
    // A call's stream tells the error too; without a call nobody has to know.
    session.setMaxListeners(0);
    session.on("error", forget);
    session.on("close", forget);
    session.on("goaway", forget);
    session.setTimeout(idleMs, () => session.close());
    session.unref();
    return session;
  }

  async function call(request: GrpcRequest, limits: GrpcLimits, signal: AbortSignal): Promise<Uint8Array[]> {
    const what = `${request.path.slice(1)} at ${whereOf(request.address)}`;
    if (signal.aborted) throw interrupted(what);
    guard.checkLiteral(request.address);
    const session = sessionFor(request.address);
    session.ref();
    try {
      return await new Exchange(what, request, limits).run(session, signal);
    } finally {
      session.unref();
    }
  }

  function close(): void {
    for (const session of sessions.values()) session.destroy();
  }

  return { call, close };
}

function interrupted(what: string): HttpCallFailed {
  return new HttpCallFailed("ACTION_INTERRUPTED", `${what} was aborted`, { retryable: true });
}

/** One call on a connection. */
class Exchange {
  readonly #what: string;
  readonly #request: GrpcRequest;
  readonly #limits: GrpcLimits;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #headers: IncomingHttpHeaders = {};
  #trailers: IncomingHttpHeaders = {};

  constructor(what: string, request: GrpcRequest, limits: GrpcLimits) {
    this.#what = what;
    this.#request = request;
    this.#limits = limits;
  }

  async run(session: ClientHttp2Session, signal: AbortSignal): Promise<Uint8Array[]> {
    await this.#transfer(session, signal);
    this.#checkStatus();
    const encoding = String(this.#headers["grpc-encoding"] ?? "identity");
    return messagesOf(Buffer.concat(this.#chunks, this.#length), encoding, this.#limits.maxResponseBytes, this.#what);
  }

  #transfer(session: ClientHttp2Session, signal: AbortSignal): Promise<void> {
    const { timeoutMs } = this.#limits;
    return new Promise((fulfil, reject) => {
      let stream: ClientHttp2Stream | undefined;
      const end = (failure?: HttpCallFailed): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        session.off("error", onError);
        if (failure === undefined) return fulfil();
        reject(failure);
        stream?.close(constants.NGHTTP2_CANCEL);
      };
      const onError = (error: Error): void => end(this.#connectionFailed(error));
      const onAbort = (): void => end(interrupted(this.#what));
      const timer = setTimeout(
        () =>
          end(
            new HttpCallFailed("HTTP_TIMEOUT", `${this.#what} took longer than ${timeoutMs} ms`, { retryable: true }),
          ),
        timeoutMs,
      );
      signal.addEventListener("abort", onAbort, { once: true });
      session.once("error", onError);
      try {
        stream = session.request(this.#head());
      } catch (error) {
        return onError(error as Error);
      }
      stream.on("error", onError);
      stream.on("response", (headers: IncomingHttpHeaders) => {
        this.#headers = headers;
      });
      stream.on("trailers", (trailers: IncomingHttpHeaders) => {
        this.#trailers = trailers;
      });
      stream.on("data", (chunk: Buffer) => {
        this.#chunks.push(chunk);
        this.#length += chunk.length;
        if (this.#length > this.#limits.maxResponseBytes) end(tooLarge(this.#what, this.#limits.maxResponseBytes));
      });
      stream.on("close", () => end());
      for (const message of this.#request.messages) stream.write(framed(message));
      stream.end();
    });
  }

  #head(): Record<string, string | string[]> {
    const { address, path, metadata } = this.#request;
    const head: Record<string, string | string[]> = {
      ":method": "POST",
      ":scheme": address.protocol.slice(0, -1),
      ":authority": address.host,
      ":path": path,
      te: "trailers",
      "content-type": "application/grpc+proto",
      "grpc-accept-encoding": "identity,gzip",
      "grpc-timeout": `${Math.min(this.#limits.timeoutMs, 99_999_999)}m`,
    };
    for (const [name, value] of metadata) {
      const earlier = head[name];
      head[name] = earlier === undefined ? value : [earlier, value].flat();
    }
    return head;
  }

  /** The status is in the trailers, or in the headers when there is nothing else. Throws HttpCallFailed. */
  #checkStatus(): void {
    const status = this.#trailers["grpc-status"] ?? this.#headers["grpc-status"];
    const message = this.#trailers["grpc-message"] ?? this.#headers["grpc-message"] ?? "";
    const httpStatus = Number(this.#headers[":status"] ?? 0);
    if (status === undefined) {
      if (httpStatus === 0 || httpStatus === 200) throw this.#connectionFailed(new Error("the answer broke off"));
      throw statusFailed(
        this.#what,
        codeOfHttpStatus(httpStatus),
        `the server answered with HTTP status ${httpStatus}`,
      );
    }
    if (Number(status) !== 0) throw statusFailed(this.#what, Number(status), decodedMessage(String(message)));
  }

  /** A stream that waited for its connection tells why there is none as the cause. */
  #connectionFailed(error: Error): HttpCallFailed {
    const reason = error.cause instanceof Error ? error.cause : error;
    return connectionFailed(reason, whereOf(this.#request.address));
  }
}

function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

const unzip = promisify(gunzip);

/** Each message has five bytes before it: whether it is compressed, and its length. */
async function messagesOf(bytes: Buffer, encoding: string, maxBytes: number, what: string): Promise<Uint8Array[]> {
  const messages: Uint8Array[] = [];
  let unpacked = 0;
  for (let at = 0; at < bytes.length;) {
    const length = bytes.length - at < 5 ? Infinity : bytes.readUInt32BE(at + 1);
    if (length > bytes.length - at - 5) throw statusFailed(what, 13, "the answer's last message is not complete");
    const isCompressed = bytes[at] === 1;
    const content = bytes.subarray(at + 5, at + 5 + length);
    at += 5 + length;
    if (isCompressed && encoding !== "gzip") throw statusFailed(what, 13, `the answer is compressed with ${encoding}`);
    const message = isCompressed ? await unzipped(content, maxBytes - unpacked, what) : content;
    unpacked += message.length;
    messages.push(message);
  }
  return messages;
}

async function unzipped(content: Buffer, maxOutputLength: number, what: string): Promise<Buffer> {
  try {
    return await unzip(content, { maxOutputLength: Math.max(1, maxOutputLength) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(what, maxOutputLength);
    throw statusFailed(what, 13, "the answer cannot be decompressed");
  }
}

function tooLarge(what: string, maxBytes: number): HttpCallFailed {
  return new HttpCallFailed("HTTP_RESPONSE_TOO_LARGE", `the answer of ${what} is larger than ${maxBytes} bytes`, {
    retryable: false,
  });
}
