/** Follows a run's history as server-sent events (WHATWG HTML, section 9.2), one for each entry. */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Engine } from "../core/engine.ts";
import { hasEnded } from "../core/run.ts";

/** Keeps proxies from closing a stream that has nothing to say, and tells us when nobody listens any more. */
const heartbeatMs = 15_000;
const pageSize = 200;

export interface HistoryStream {
  runId: string;
  /** Continue after this entry. */
  after: number;
  /** Ends the stream before the run ends. */
  signal: AbortSignal;
}

/**
 * Writes entries until the run has ended, the client has gone or `signal` aborts. The stream is ended in good order only when
 * the run has: a client whose connection breaks asks again with Last-Event-ID.
 */
export async function streamHistory(engine: Engine, response: ServerResponse, stream: HistoryStream): Promise<void> {
  const { runId } = stream;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const signal = AbortSignal.any([stream.signal, gone.signal]);
  const heartbeat = setInterval(() => response.write(":\n\n"), heartbeatMs);
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache, no-transform",
    // Some proxies would hold the entries back until they have enough of them.
    "x-accel-buffering": "no",
  });
  response.flushHeaders();
  try {
    if (await writeEntries(engine, response, { runId, after: stream.after, signal })) response.end();
    else response.destroy();
  } catch (error) {
    response.destroy();
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}

/** Returns whether the run has ended and everything is written. */
async function writeEntries(engine: Engine, response: ServerResponse, stream: HistoryStream): Promise<boolean> {
  const { runId, signal } = stream;
  let { after } = stream;
  while (!signal.aborted) {
    // Asked before the entries are read, so that what is written in between is not missed.
    const run = await engine.findRun(runId);
    const ended = run === undefined || hasEnded(run.state);
    const entries = await engine.history(runId, { after, limit: pageSize });
    let text = "";
    for (const entry of entries) text += `id: ${entry.seq}\ndata: ${JSON.stringify(entry)}\n\n`;
    after = entries.at(-1)?.seq ?? after;
    if (text !== "" && !response.write(text)) await drained(response, signal);
    if (entries.length > 0) continue;
    if (ended) return true;
    await engine.whenHistoryAfter(runId, after, signal);
  }
  return false;
}

/** Resolves when the client has taken what was written, or has gone. */
async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  try {
    await once(response, "drain", { signal });
  } catch {
    // Aborted: the loop looks at the signal itself.
  }
}
