/** Files that definitions name by their address, fetched within the rules for calls and kept. */
import type { HttpClientConfig } from "../config/config.ts";
import type { MissingFile } from "../core/program.ts";
import { createAddressPolicy } from "../actions/address-policy.ts";
import { failureOf } from "../actions/http-failure.ts";
import { createHttpExchange, type HttpExchange } from "../actions/http-exchange.ts";
import { maxFileBytes, tooLarge, type RemoteFiles } from "../events/definitions/project-files.ts";

/** A file is asked for again after this. */
const freshMs = 10 * 60_000;
const timeoutMs = 10_000;
/** Bytes of all files that are kept. */
const keptBytes = 64 * 1024 * 1024;

interface Kept {
  bytes: Uint8Array;
  /** Of `performance.now()`. */
  fetchedAt: number;
}

export interface RemoteFilesOptions {
  httpClient: HttpClientConfig;
  userAgent: string;
  /** Ends what is under way, and closes connections. */
  signal: AbortSignal;
}

/** What was had once is had again while its server does not answer; images hold what they were compiled with. */
export function createRemoteFiles(options: RemoteFilesOptions): RemoteFiles {
  const exchange = createHttpExchange(createAddressPolicy(options.httpClient));
  const kept = new Map<string, Kept>();
  const underWay = new Map<string, Promise<Uint8Array | MissingFile>>();

  function read(address: string): Promise<Uint8Array | MissingFile> {
    const known = kept.get(address);
    if (known !== undefined && performance.now() - known.fetchedAt < freshMs) return Promise.resolve(known.bytes);
    const asked = underWay.get(address) ?? ask(address).finally(() => underWay.delete(address));
    underWay.set(address, asked);
    return asked;
  }

  async function ask(address: string): Promise<Uint8Array | MissingFile> {
    const answer = await fetchFile(exchange, address, options);
    if (answer instanceof Uint8Array) keep(address, answer);
    return answer instanceof Uint8Array ? answer : (kept.get(address)?.bytes ?? answer);
  }

  function keep(address: string, bytes: Uint8Array): void {
    kept.delete(address);
    kept.set(address, { bytes, fetchedAt: performance.now() });
    let size = [...kept.values()].reduce((sum, each) => sum + each.bytes.length, 0);
    for (const [oldest, each] of kept) {
      if (size <= keptBytes) return;
      kept.delete(oldest);
      size -= each.bytes.length;
    }
  }

  options.signal.addEventListener("abort", () => exchange.close(), { once: true });
  return { read };
}

async function fetchFile(
  exchange: HttpExchange,
  address: string,
  { userAgent, signal }: RemoteFilesOptions,
): Promise<Uint8Array | MissingFile> {
  if (!URL.canParse(address)) return { reason: "it is no address" };
  const url = new URL(address);
  url.hash = "";
  const request = {
    method: "GET",
    url,
    shownUrl: `${url.origin}${url.pathname}`,
    headers: [
      { name: "accept", value: "application/json, application/yaml, text/plain, */*;q=0.5", hasSecret: false },
      { name: "user-agent", value: userAgent, hasSecret: false },
    ],
    body: undefined,
    bodyHasSecret: false,
    retryOn: new Set<number>(),
    auth: undefined,
  };
  try {
    const answer = await exchange.send(request, { timeoutMs, maxResponseBytes: maxFileBytes }, signal);
    if (answer.statusCode === 200) return answer.body;
    return { reason: `${request.shownUrl} was answered with status ${answer.statusCode}` };
  } catch (error) {
    const { code, message } = failureOf(error);
    return code === "HTTP_RESPONSE_TOO_LARGE" ? tooLarge : { reason: message };
  }
}
