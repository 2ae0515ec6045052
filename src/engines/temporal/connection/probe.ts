/** Finds out why a server cannot be talked to: gRPC clients only say that it took too long. */
import { connect, type ClientHttp2Session } from "node:http2";
import { connect as connectPlain, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { AutoFlowError } from "../../../core/errors.ts";
import { trustedAuthorities, type TlsMaterial } from "./credentials.ts";
import { hostAndPort } from "./options.ts";

/** A server, and what is shown to it. */
export interface ProbedServer {
  hostPort: string;
  /** Undefined: without TLS. */
  tls: TlsMaterial | undefined;
}

/**
 * Resolves when the server speaks HTTP/2 with us. Throws TEMPORAL_UNREACHABLE when there is none, and TEMPORAL_TLS_REFUSED when
 * one side does not accept the other.
 */
export async function probe(server: ProbedServer, timeoutMs: number): Promise<void> {
  const seen: Seen = { isSecure: false };
  const socket = open(server, seen);
  const session = connect(server.tls === undefined ? "http://server" : "https://server", {
    createConnection: () => socket,
  });
  try {
    await settings(session, socket, timeoutMs);
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, server, seen);
  } finally {
    session.destroy();
    socket.destroy();
  }
}

/** How far it came. */
interface Seen {
  /** The TLS handshake is over, as far as we can tell. */
  isSecure: boolean;
}

function open({ hostPort, tls }: ProbedServer, seen: Seen): Socket {
  const address = hostAndPort({ hostPort });
  if (tls === undefined) return connectPlain(address);
  const { host } = address;
  const name = tls.serverName ?? host;
  return connectTls(
    {
      ...address,
      ca: trustedAuthorities(tls),
      cert: tls.client?.certificate,
      key: tls.client?.key,
      ALPNProtocols: ["h2"],
      ...(isIP(name) === 0 ? { servername: name } : {}),
    },
    () => (seen.isSecure = true),
  );
}

/** A server sends its settings once it accepts the connection; a refusal of TLS 1.3 comes in their place. */
function settings(session: ClientHttp2Session, socket: Socket, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (code: string, message: string): void => reject(Object.assign(new Error(message), { code }));
    const timer = setTimeout(() => fail("ETIMEDOUT", `no answer within ${timeoutMs / 1000} seconds`), timeoutMs);
    session.once("remoteSettings", () => resolve());
    session.on("error", reject);
    // What comes after the handshake, as refusals do, reaches the socket alone.
    socket.on("error", reject);
    socket.once("close", () => fail("ECONNRESET", "it ended the connection"));
    session.once("close", () => {
      clearTimeout(timer);
      fail("ECONNRESET", "it ended the connection");
    });
  });
}

function explain(error: NodeJS.ErrnoException, server: ProbedServer, seen: Seen): AutoFlowError {
  return refusal(error, server, seen) ?? unreachable(error, server);
}

/** What OpenSSL says of a server's certificate that it does not accept. */
const distrust = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_|HOSTNAME_|ERR_TLS_CERT_ALTNAME)/;

function refusal(
  { code = "", message }: NodeJS.ErrnoException,
  { hostPort, tls }: ProbedServer,
  seen: Seen,
): AutoFlowError | undefined {
  if (tls === undefined) return undefined;
  if (distrust.test(code)) {
    return refused(hostPort, `the certificate of the server is not accepted: ${message}`, distrustHint(code, tls));
  }
  if (code.startsWith("ERR_SSL_") && message.includes("alert")) {
    return refused(hostPort, `the server refuses us: ${alertName(message)}`, clientHint(tls));
  }
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER/.test(code)) {
    const hint = "Its port may be one without TLS: then leave out temporal.enable_tls, and certificates.";
    return refused(hostPort, "the server does not speak TLS", hint);
  }
  if (seen.isSecure && code !== "ETIMEDOUT") {
    return refused(hostPort, `the server ended the connection after the handshake (${message})`, clientHint(tls));
  }
  return undefined;
}

function refused(hostPort: string, problem: string, hint: string): AutoFlowError {
  return new AutoFlowError("TEMPORAL_TLS_REFUSED", `${hostPort}: ${problem}`, { hint, data: { hostPort } });
}

function distrustHint(code: string, tls: TlsMaterial): string {
  if (code.includes("ALTNAME") || code.startsWith("HOSTNAME")) {
    return "Set temporal.server_name to a name that the server's certificate has.";
  }
  if (code.includes("EXPIRED") || code.includes("NOT_YET")) {
    return "Have the server's certificate renewed, or set this machine's clock if it is wrong.";
  }
  return tls.authorities === undefined
    ? "Set temporal.ca_certificate_file to the authority that the server's certificate comes from."
    : "The authority in temporal.ca_certificate_file did not issue the server's certificate: give the one that did.";
}

/** The alert's own name, out of OpenSSL's message. */
function alertName(message: string): string {
  return (/:(?:tlsv\d+|sslv3|tlsv1) alert ([a-z ]+?):/.exec(message)?.[1] ?? message).trim();
}

function clientHint({ client }: TlsMaterial): string {
  return client === undefined
    ? "It wants a client certificate: set temporal.certificate_file and temporal.key_file."
    : "Give a client certificate in temporal.certificate_file that comes from an authority that the server accepts.";
}

function unreachable({ code = "", message }: NodeJS.ErrnoException, server: ProbedServer): AutoFlowError {
  const { hostPort, tls } = server;
  const problem = networkProblems[code] ?? message;
  const isGarbled = code.startsWith("ERR_HTTP2") || code === "ECONNRESET";
  const hint =
    tls === undefined && isGarbled
      ? "It may want TLS: set temporal.enable_tls. Else see whether a Temporal frontend listens there."
      : undefined;
  return new AutoFlowError("TEMPORAL_UNREACHABLE", `${hostPort}: ${problem}`, {
    data: { hostPort },
    ...(hint === undefined ? {} : { hint }),
  });
}

const networkProblems: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "there is no machine of this name",
  EAI_AGAIN: "the name cannot be looked up now",
  EHOSTUNREACH: "there is no route to this machine",
  ENETUNREACH: "there is no route to its network",
};
