/** A Temporal server that wants client certificates: TLS ends here, and bytes go on to a server that has none. */
import { once } from "node:events";
import { connect, type AddressInfo, type Socket } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import type { Certificate } from "../../src/engines/temporal/testing/certificates.ts";

export interface TlsProxySecurity {
  /** Its own. */
  server: Certificate;
  /** PEM of the authority whose certificates it accepts from clients. */
  clientAuthority: string;
}

export interface TlsProxy extends AsyncDisposable {
  readonly address: string;
  /** Names of those that it accepted, connection by connection. */
  readonly accepted: string[];
  /** How often it refused. */
  readonly refused: number;
  /** What counts for connections from now on. */
  secure(security: TlsProxySecurity): void;
  /** Ends all connections, as a server does that is started again. */
  breakConnections(): void;
}

export async function startTlsProxy(target: string, security: TlsProxySecurity): Promise<TlsProxy> {
  const [host = "", port = ""] = target.split(":");
  const accepted: string[] = [];
  const sockets = new Set<Socket>();
  let refused = 0;
  const options = {
    requestCert: true,
    rejectUnauthorized: true,
    ALPNProtocols: ["h2"],
    minVersion: "TLSv1.2",
  } as const;
  const server = createServer({ ...options, ...contextOf(security) }, (socket: TLSSocket) => {
    accepted.push(String(socket.getPeerCertificate().subject.CN));
    const onward = connect(Number(port), host);
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.on("tlsClientError", () => refused++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const breakConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    accepted,
    get refused() {
      return refused;
    },
    secure: (next) => server.setSecureContext({ ...options, ...contextOf(next) }),
    breakConnections,
    async [Symbol.asyncDispose]() {
      server.close();
      breakConnections();
      await once(server, "close");
    },
  };
}

function contextOf({ server, clientAuthority }: TlsProxySecurity): { cert: string; key: string; ca: string } {
  return { cert: server.certificate, key: server.key, ca: clientAuthority };
}
