/** Load: CloudEvents in batches, over a few connections, each sending the next batch when the last is acknowledged. */
import { postRequest, RawConnection } from "./raw-client.ts";

export interface BatchLoad {
  port: number;
  type: string;
  connections: number;
  eventsPerBatch: number;
  /** JSON text of the data of an event, by its number. */
  data: (event: number) => string;
  /** Stops after so many events … */
  count?: number;
  /** … or so many ms, whatever comes first. */
  forMs?: number;
  /** Part of all ids, so that no two loads share one. */
  idPrefix: string;
}

const headers = { "content-type": "application/cloudevents-batch+json" };

/** Resolves with the number of events acknowledged, once the last is. Throws when one is not accepted. */
export async function sendBatches(load: BatchLoad): Promise<number> {
  const { port, connections, eventsPerBatch, count = Infinity, forMs = Infinity } = load;
  const end = performance.now() + forMs;
  let next = 0;
  const sendOn = async (): Promise<void> => {
    const connection = await RawConnection.open(port);
    while (next < count && performance.now() < end) {
      const events: string[] = [];
      for (let i = 0; i < eventsPerBatch && next < count; i++) events.push(cloudEvent(load, next++));
      const body = `[${events.join(",")}]`;
      const answer = await connection.send(postRequest("/api/v1/projects/1/events", headers, body));
      if (answer.status !== 202) throw new Error(`a batch was answered with ${answer.status}: ${answer.body}`);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, sendOn));
  return next;
}

function cloudEvent({ idPrefix, type, data }: BatchLoad, n: number): string {
  return `{"specversion":"1.0","id":"${idPrefix}-${n}","source":"/bench","type":"${type}","datacontenttype":"application/json","data":${data(n)}}`;
}
