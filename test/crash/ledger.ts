/**
 * The ledger: a process of its own that is never killed and writes down every request before it answers. It is an awkward
 * service: some requests are answered with 503, late, or not at all. Arguments: the file to write, and a seed. It prints its
 * address, and a dot for every request. `GET /asked/<story>` answers 200 once the workflow of that story has asked its question, and
 * `GET /over/<story>` once a story, known by its event where a script is told it, has made its last call.
 */
import { createHash } from "node:crypto";
import { openSync, writeSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CallReport, LedgerEntry, StepReport } from "./ledger-entry.ts";

const [file = "", seed = ""] = process.argv.slice(2);
const out = openSync(file, "a");
const attempts = new Map<string, number>();
/** What is answered with 200. */
const known = new Set<string>();
/** The last call of a story that workflows are told. */
const lastCalls = new Set(["finished", "delivered"]);
let number = 0;

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (text: string) => (body += text));
  request.on("end", () => enter(request, response, body));
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
// The test holds the other end: when it dies, so does the ledger.
process.stdin.resume().on("end", () => process.exit());

function enter(request: IncomingMessage, response: ServerResponse, body: string): void {
  const path = request.url ?? "";
  if (request.method === "GET") return void response.writeHead(known.has(path) ? 200 : 404).end();
  const key = String(request.headers["idempotency-key"] ?? "");
  const attempt = (attempts.get(key) ?? 0) + 1;
  attempts.set(key, attempt);
  const step = JSON.parse(body) as StepReport & CallReport;
  const { answered, delayMs } = isRefused(path, step) ? { answered: 500 as const, delayMs: 0 } : mood(key, attempt);
  const entry: LedgerEntry<StepReport & CallReport> = { number: ++number, path, key, attempt, step, answered };
  if (step.call === "asked") known.add(`/asked/${step.story}`);
  if (lastCalls.has(step.call)) known.add(`/over/${step.story}`);
  if (step.last === true && step.branch === undefined) known.add(`/over/${step.event}`);
  writeSync(out, `${JSON.stringify(entry)}\n`);
  process.stdout.write(".");
  setTimeout(() => {
    if (answered === "broken") request.socket.destroy();
    else {
      response.writeHead(answered, { "content-type": "application/json" });
      response.end(JSON.stringify({ number: entry.number }));
    }
  }, delayMs);
}

/** Whether a request is one that is never answered well. */
function isRefused(path: string, { cure }: Partial<CallReport>): boolean {
  return path === "/refuse" || path === "/workflows/refused" || (path === "/workflows/needing" && cure !== true);
}

/** How a request is treated depends on the seed, the key and the attempt only. The fourth attempt is always answered. */
function mood(key: string, attempt: number): { answered: LedgerEntry["answered"]; delayMs: number } {
  const [kind = 0, delay = 0] = createHash("sha256").update(`${seed} ${key} ${attempt}`).digest();
  const delayMs = kind % 4 === 0 ? delay % 80 : 0;
  if (attempt > 3) return { answered: 200, delayMs };
  if (kind < 20) return { answered: 503, delayMs };
  return { answered: kind < 30 ? "broken" : 200, delayMs };
}
