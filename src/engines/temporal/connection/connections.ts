/**
 * The connections of one process to a Temporal server: one for clients, and one for workers when there are some. When a file of
 * theirs has a new content, certificates and API keys change under them, without a restart and without losing work.
 */
import type { Connection } from "@temporalio/client";
import { IllegalStateError } from "@temporalio/common";
import { NativeConnection, type TLSConfig } from "@temporalio/worker";
import { isLoopbackHost } from "../../../config/config.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import type { Log } from "../../../core/ports.ts";
import { openChannel, type Channel } from "./channel.ts";
import { dateOf, isSameTls, loadCredentials, type Credentials, type TlsMaterial } from "./credentials.ts";
import { connectionFailure } from "./failure.ts";
import { hostAndPort, type ConnectionOptions } from "./options.ts";
import { probe } from "./probe.ts";

export interface ConnectionSurroundings {
  log: Log;
  /** Called before a worker's connection is opened: what the SDK needs for that keeps a process alive until it is closed. */
  beforeWorkers?: () => void;
  /** How often files are looked at. */
  checkIntervalMs?: number;
  connectTimeoutMs?: number;
}

export interface TemporalConnections extends AsyncDisposable {
  /** For clients. It is the same object for good. */
  readonly connection: Connection;
  /** The server is on this machine. */
  readonly isLocal: boolean;
  /** For workers, once `openNative` has resolved: the current one. */
  readonly native: NativeConnection;
  /** Opens the connection for workers, unless it is open. */
  openNative(): Promise<NativeConnection>;
  /** Calls back with each connection that takes the place of the one for workers; they are to move. Returns how to end that. */
  onNative(moved: (native: NativeConnection) => void): () => void;
  /** Looks at the files now. What cannot be used yet, as when half of it is written, is told to the log and left for the next time. */
  refresh(): Promise<"same" | "renewed" | "kept">;
  /** Closes all of them. Workers have stopped before. */
  close(): Promise<void>;
}

const defaultCheckIntervalMs = 10_000;
const defaultConnectTimeoutMs = 10_000;
const expiryNoticeMs = 14 * 86_400_000;

/**
 * Opens the connections and finds out that they can be used. Throws TEMPORAL_TLS_INVALID, TEMPORAL_TLS_REFUSED,
 * TEMPORAL_UNREACHABLE, TEMPORAL_UNAUTHORIZED or TEMPORAL_NAMESPACE_MISSING.
 */
export async function openConnections(
  options: ConnectionOptions,
  surroundings: ConnectionSurroundings,
): Promise<TemporalConnections> {
  const connections = new RotatingConnections(options, surroundings);
  try {
    await connections.verify();
  } catch (error) {
    await connections.close();
    throw error;
  }
  connections.watch();
  return connections;
}

class RotatingConnections implements TemporalConnections {
  readonly #options: ConnectionOptions;
  readonly #log: Log;
  readonly #beforeWorkers: (() => void) | undefined;
  readonly #checkIntervalMs: number;
  readonly #timeoutMs: number;
  readonly #channel: Channel;
  readonly #listeners = new Set<(native: NativeConnection) => void>();
  /** Workers that end are still on these. */
  #retired: NativeConnection[] = [];
  #credentials: Credentials;
  #native: NativeConnection | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** One after the other: openings, renewals, the end. */
  #queue: Promise<unknown> = Promise.resolve();
  #lastProblem: string | undefined;
  #isClosed = false;

  constructor(options: ConnectionOptions, surroundings: ConnectionSurroundings) {
    this.#options = options;
    this.#log = surroundings.log;
    this.#beforeWorkers = surroundings.beforeWorkers;
    this.#checkIntervalMs = surroundings.checkIntervalMs ?? defaultCheckIntervalMs;
    this.#timeoutMs = surroundings.connectTimeoutMs ?? defaultConnectTimeoutMs;
    this.#credentials = loadCredentials(options, Date.now());
    this.#channel = openChannel(options, () => this.#credentials, this.#timeoutMs);
  }

  get isLocal(): boolean {
    return isLoopbackHost(hostAndPort(this.#options).host);
  }

  get connection(): Connection {
    return this.#channel.connection;
  }

  async verify(): Promise<void> {
    await probe({ hostPort: this.#options.hostPort, tls: this.#credentials.tls }, this.#timeoutMs);
    await requireNamespace(this.connection, this.#options, this.#timeoutMs);
    this.#tellExpiry();
  }

  watch(): void {
    if (this.#options.tls === undefined && !isFile(this.#options.apiKey)) return;
    this.#timer = setInterval(() => void this.refresh(), this.#checkIntervalMs).unref();
  }

  get native(): NativeConnection {
    if (this.#native === undefined) throw new Error("openNative comes first");
    return this.#native;
  }

  openNative(): Promise<NativeConnection> {
    return this.#inTurn(async () => (this.#native ??= await this.#connectNative(this.#credentials)));
  }

  onNative(moved: (native: NativeConnection) => void): () => void {
    this.#listeners.add(moved);
    return () => void this.#listeners.delete(moved);
  }

  refresh(): Promise<"same" | "renewed" | "kept"> {
    return this.#inTurn(async () => {
      if (this.#isClosed) return "same";
      try {
        await this.#closeRetired();
        const isRenewed = await this.#renew(loadCredentials(this.#options, Date.now()));
        this.#lastProblem = undefined;
        return isRenewed ? "renewed" : "same";
      } catch (error) {
        this.#tellProblem(error);
        return "kept";
      }
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#isClosed = true;
    await this.#inTurn(async () => {
      await this.connection.close();
      if (this.#native !== undefined) this.#retired.push(this.#native);
      this.#native = undefined;
      await this.#closeRetired();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Takes new credentials over once the server accepts them; until then the old ones stay. */
  async #renew(fresh: Credentials): Promise<boolean> {
    const { tls, apiKey } = this.#credentials;
    const isSame = isSameTls(tls, fresh.tls);
    if (isSame && apiKey === fresh.apiKey) return false;
    if (isSame) {
      if (fresh.apiKey !== undefined) await this.#native?.setApiKey(fresh.apiKey);
      this.#credentials = fresh;
    } else {
      await probe({ hostPort: this.#options.hostPort, tls: fresh.tls }, this.#timeoutMs);
      const native = this.#native === undefined ? undefined : await this.#connectNative(fresh);
      this.#credentials = fresh;
      this.#channel.renew();
      if (native !== undefined) this.#moveWorkers(native);
    }
    this.#log.info("Temporal: credentials renewed", { tls: !isSame, apiKey: apiKey !== fresh.apiKey });
    this.#tellExpiry();
    return true;
  }

  /** Polls that wait on the old connection end there; what follows them, repeated requests too, takes the new one. */
  #moveWorkers(native: NativeConnection): void {
    if (this.#native !== undefined) this.#retired.push(this.#native);
    this.#native = native;
    for (const moved of this.#listeners) moved(native);
  }

  /** A connection that a worker still uses is left for the next time. */
  async #closeRetired(): Promise<void> {
    const used: NativeConnection[] = [];
    for (const connection of this.#retired) {
      try {
        await connection.close();
      } catch (error) {
        if (!(error instanceof IllegalStateError)) throw error;
        used.push(connection);
      }
    }
    this.#retired = used;
  }

  async #connectNative({ tls, apiKey }: Credentials): Promise<NativeConnection> {
    const { hostPort } = this.#options;
    this.#beforeWorkers?.();
    try {
      return await NativeConnection.connect({
        address: hostPort,
        tls: tls === undefined ? false : nativeTls(tls),
        ...(apiKey === undefined ? {} : { apiKey }),
        // Payloads are compressed, and encrypted after that.
        grpcCompression: { codec: "none" },
      });
    } catch (error) {
      const message = `${hostPort}: the worker cannot connect: ${(error as Error).message}`;
      throw new AutoFlowError("TEMPORAL_UNREACHABLE", message, { cause: error });
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {});
    return result;
  }

  /** The same problem is told once. */
  #tellProblem(error: unknown): void {
    const { message } = error as Error;
    if (message === this.#lastProblem) return;
    this.#lastProblem = message;
    this.#log.warn("Temporal: credentials not renewed, the former stay in use", { problem: message });
  }

  #tellExpiry(): void {
    const expiresAt = this.#credentials.tls?.client?.expiresAt;
    if (expiresAt === undefined || expiresAt - Date.now() > expiryNoticeMs) return;
    this.#log.warn("Temporal: the client certificate expires soon", { expiresAt: dateOf(expiresAt) });
  }
}

function nativeTls({ serverName, authorities, client }: TlsMaterial): TLSConfig {
  return {
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
    ...(authorities === undefined ? {} : { serverRootCACertificate: authorities }),
    ...(client === undefined ? {} : { clientCertPair: { crt: client.certificate, key: client.key } }),
  };
}

/** Throws what keeps us from using the namespace. */
export async function requireNamespace(
  connection: Connection,
  options: ConnectionOptions,
  timeoutMs: number,
): Promise<Awaited<ReturnType<Connection["workflowService"]["describeNamespace"]>>> {
  const { namespace } = options;
  try {
    return await connection.withDeadline(Date.now() + timeoutMs, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (error) {
    throw connectionFailure(error, options) ?? error;
  }
}

function isFile(place: ConnectionOptions["apiKey"]): boolean {
  return place !== undefined && "file" in place;
}
