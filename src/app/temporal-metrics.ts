/** What Temporal's SDK counts by itself: its own listener tells it to this machine, and we tell it with our metrics. */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import type { Log } from "../core/ports.ts";
import { withTemporalPackages } from "./temporal-packages.ts";

const patienceMs = 5000;

/**
 * Has the SDK count, which has to begin before the first connection, and resolves with what tells the counts in Prometheus' format:
 * nothing, where another part of this process has begun before. Throws TEMPORAL_NOT_INSTALLED.
 */
export async function countTemporal(log: Log): Promise<() => Promise<string>> {
  const { installRuntime } = await withTemporalPackages(() => import("../engines/temporal/worker/runtime.ts"));
  const address = `127.0.0.1:${await freePort()}`;
  installRuntime(log, address);
  return async () => {
    try {
      const answer = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(patienceMs) });
      return answer.ok ? await answer.text() : "";
    } catch (error) {
      log.debug("the metrics of Temporal's SDK cannot be read", { error });
      return "";
    }
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
