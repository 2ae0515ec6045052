/** What workers count by themselves: Temporal's SDK tells it to this machine only, and we tell it with our metrics. */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import type { Log } from "../core/ports.ts";

const patienceMs = 5000;

/** A free address of this machine, to be given to the engine. */
export async function metricsAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `127.0.0.1:${port}`;
}

/** Tells what is told there, in Prometheus' format; nothing where no worker counts. */
export function readMetrics(address: string, log: Log): () => Promise<string> {
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
