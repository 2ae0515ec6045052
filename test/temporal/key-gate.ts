/** A Temporal server that wants an API key, as Temporal Cloud does: requests go on to a server that wants none. */
import { once } from "node:events";
import {
  connect,
  constants,
  createSecureServer,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";
import type { Certificate } from "../../src/engines/temporal/testing/certificates.ts";

export interface KeyGate extends AsyncDisposable {
  readonly address: string;
  /** The one key that is accepted. */
  key: string;
  /** Requests that came with the key, by the path of their method. */
  readonly passed: string[];
}

export async function startKeyGate(target: string, certificate: Certificate, key: string): Promise<KeyGate> {
  const server = createSecureServer({ cert: certificate.certificate, key: certificate.key });
  const onward = connect(`http://${target}`);
  const sessions = new Set<Http2Session>();
  server.on("session", (session) => sessions.add(session));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const gate: KeyGate = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    key,
    passed: [],
    async [Symbol.asyncDispose]() {
      onward.destroy();
      server.close();
      for (const session of sessions) session.destroy();
      await once(server, "close");
    },
  };
  server.on("stream", (stream: ServerHttp2Stream, headers) => {
    stream.on("error", () => {});
    if (headers.authorization !== `Bearer ${gate.key}`) return refuse(stream);
    gate.passed.push(String(headers[":path"]));
    const request = onward.request({ ...headers, ":scheme": "http", ":authority": target });
    request.on("error", () => stream.close(constants.NGHTTP2_CANCEL));
    stream.on("close", () => request.close(constants.NGHTTP2_CANCEL));
    stream.pipe(request);
    request.on("response", (answer, flags) => {
      const isAll = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      stream.respond(answer, { endStream: isAll, waitForTrailers: !isAll });
      if (!isAll) request.pipe(stream);
    });
    let trailers: IncomingHttpHeaders = {};
    request.on("trailers", (received: IncomingHttpHeaders) => void (trailers = received));
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  });
  return gate;
}

function refuse(stream: ServerHttp2Stream): void {
  const unauthenticated = "16";
  const headers = { ":status": 200, "content-type": "application/grpc", "grpc-status": unauthenticated };
  stream.respond({ ...headers, "grpc-message": "this key is not known" }, { endStream: true });
}
