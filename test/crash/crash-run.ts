/** One crash test: a server, a ledger, a sender and a killer; afterwards, the proof. */
import { randomBytes } from "node:crypto";
import { appendFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { EventView, Page } from "../../src/core/engine.ts";
import type { HistoryEntry, RunSummary } from "../../src/core/run.ts";
import { root, startAutoflow } from "../support/autoflow.ts";
import { type ChildProcess, startProcess } from "../support/child-process.ts";
import { pause } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import type { TempFolder } from "../support/temp-folder.ts";
import { endInGoodOrder, type Killings, killRepeatedly, untilListening } from "./killer.ts";
import type { LedgerEntry } from "./ledger-entry.ts";
import { Moments } from "./moments.ts";
import { prove, type RunWithHistory } from "./prove.ts";
import { seededRandom } from "./random.ts";
import { Sender } from "./sender.ts";

export interface CrashOptions {
  kills: number;
  seed: number;
  /** Where everything is kept: configuration, data, ledger, the server's log. */
  folder: TempFolder;
  progress?: (line: string) => void;
}

export interface CrashReport extends Killings {
  kills: number;
  seed: number;
  /** Requests with events that were acknowledged, and of them those that were sent once more afterwards. */
  acknowledged: number;
  resent: number;
  /** Events in the log. */
  events: number;
  /** Requests of the sender that were not acknowledged, and made again. */
  refused: number;
  runs: number;
  turns: number;
  /** HTTP calls by idempotency key, and the requests beyond the first that carried one. */
  actions: number;
  repeatedAttempts: number;
  /** Fibers that had calls of their own. */
  fibers: number;
  /** Waits that timed out while their run waited for something else too. */
  lostWaits: number;
  seconds: number;
  /** What was wrong; empty when everything was proved. */
  problems: string[];
}

const webhookToken = "crash-test-webhook-token";
/** After the last kill everything ends within this time, or something is stuck. */
const settleMs = 120_000;

export async function runCrashTest(options: CrashOptions): Promise<CrashReport> {
  const { folder, kills, seed, progress = () => {} } = options;
  const startedAt = performance.now();
  const problems: string[] = [];
  const problem = (text: string): void => void problems.push(text);
  await using ledger = startLedger(folder, seed);
  const ledgerUrl = (await ledger.untilOutput(/http:\S+/))[0];
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = writeConfig(folder, port, ledgerUrl);
  const start = (): ChildProcess => {
    const server = startAutoflow(["serve", "--config", config], { cwd: folder.path });
    void server.exited.then(() => appendFileSync(folder.join("server.log"), server.stderr));
    return server;
  };

  const moments = new Moments();
  ledger.onOutput(() => moments.happened("performed"));
  const sender = new Sender({ url, webhookToken, random: seededRandom(seed + 1), moments, problem });
  const stop = new AbortController();
  const sending = sender.run(stop.signal);
  const killings = await killRepeatedly({
    start,
    kills,
    random: seededRandom(seed),
    problem,
    moments,
    burst: () => sender.burst(),
    killed: (count) => count % 25 === 0 && progress(`${count} kills, ${sender.acknowledged} events`),
  });
  stop.abort();

  await using server = start();
  await untilListening(server);
  await within(settleMs, sending, () => problem("the sender could not finish its stories"));
  await settle(url, problem);
  const [runs, events] = [await readRuns(url), await readEvents(url)];
  await endInGoodOrder(server, problem);
  const entries = readLedger(folder);
  problems.push(...prove({ stories: sender.stories, forNobody: sender.forNobody, events, ledger: entries, runs }));
  return {
    kills,
    seed,
    ...killings,
    acknowledged: sender.acknowledged,
    resent: sender.resent,
    events: events.length,
    refused: sender.refused,
    runs: runs.length,
    turns: runs.reduce(
      (sum, { history }) => sum + history.filter(({ arrival }) => arrival !== undefined).length + 1,
      0,
    ),
    actions: new Set(entries.map(({ key }) => key)).size,
    repeatedAttempts: entries.filter(({ attempt }) => attempt > 1).length,
    fibers: new Set(entries.flatMap(({ step }) => (step.branch === undefined ? [] : [`${step.run} ${step.branch}`])))
      .size,
    lostWaits: entries.reduce((sum, { step, attempt }) => sum + (attempt === 1 ? (step.lost ?? 0) : 0), 0),
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
    problems,
  };
}

function startLedger(folder: TempFolder, seed: number): ChildProcess {
  const script = path.join(import.meta.dirname, "ledger.ts");
  return startProcess(process.execPath, [script, folder.join("ledger.jsonl"), String(seed)], { stdin: null });
}

function readLedger(folder: TempFolder): LedgerEntry[] {
  const lines = folder.read("ledger.jsonl").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as LedgerEntry);
}

/** A server as an operator would configure it: with a webhook token, and with encryption. */
function writeConfig(folder: TempFolder, port: number, ledgerUrl: string): string {
  writeFileSync(folder.join("key"), randomBytes(32));
  const ledgerPort = Number(new URL(ledgerUrl).port);
  const nowhere = 1;
  return folder.write(
    "autoflow.yaml",
    JSON.stringify({
      listen: { port },
      data: "data",
      sources: { crash: { token: webhookToken } },
      projects: {
        "*": {
          script: { folder: path.join(root, "test/crash/project") },
          vars: { LEDGER: ledgerUrl, NOWHERE: `http://127.0.0.1:${nowhere}/` },
        },
      },
      http_client: { allowed_ips: ["127.0.0.1"], allowed_ports: [ledgerPort, nowhere] },
      encryption: { keys: [{ id: "crash", file: "key" }] },
    }),
  );
}

/** Waits until no run is open. A suspended run stays what it is. */
async function settle(url: string, problem: (text: string) => void): Promise<void> {
  const end = Date.now() + settleMs;
  for (;;) {
    const open = await getJson<Page<RunSummary>>(`${url}/api/v1/runs?limit=5&state=queued,running,waiting,cancelling`);
    const lag = await eventLag(url);
    if (open.items.length === 0 && lag === 0) return;
    if (Date.now() > end) return problem(`still open, and ${lag} events to dispatch: ${JSON.stringify(open.items)}`);
    await pause(200);
  }
}

async function eventLag(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^autoflow_event_lag\S* (\d+)/m.exec(metrics)?.[1] ?? Number.NaN);
}

/** The ids of all events that the server knows. */
async function readEvents(url: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { attributes } of readPages<EventView>(`${url}/api/v1/events`)) ids.push(attributes.id);
  return ids;
}

async function readRuns(url: string): Promise<RunWithHistory[]> {
  const runs: RunWithHistory[] = [];
  for await (const run of readPages<RunSummary>(`${url}/api/v1/runs`)) {
    runs.push({ ...run, history: await readHistory(url, run.id) });
  }
  return runs;
}

async function* readPages<T>(route: string): AsyncGenerator<T> {
  let cursor = "";
  do {
    const page = await getJson<Page<T>>(`${route}?limit=500${cursor}`);
    yield* page.items;
    cursor = page.next === undefined ? "" : `&cursor=${encodeURIComponent(page.next)}`;
  } while (cursor !== "");
}

async function readHistory(url: string, id: string): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for (;;) {
    const after = entries.at(-1)?.seq ?? 0;
    const { items } = await getJson<Page<HistoryEntry>>(`${url}/api/v1/runs/${id}/history?limit=500&after=${after}`);
    if (items.length === 0) return entries;
    entries.push(...items);
  }
}

async function getJson<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

async function within(ms: number, work: Promise<void>, late: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      late();
      resolve();
    }, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
