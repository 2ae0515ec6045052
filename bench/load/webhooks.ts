/** Load: GitLab webhooks over many connections, each sending the next when the last is acknowledged. */
import { issueBodies, webhookHeaders } from "./issue-webhook.ts";
import { postRequest, RawConnection } from "./raw-client.ts";

export interface WebhookLoad {
  port: number;
  connections: number;
  bytes: number;
  forMs: number;
  /** Part of all delivery ids. */
  idPrefix: string;
}

export interface WebhookLoadResult {
  accepted: number;
  elapsedMs: number;
  /** Of every webhook, from its sending to its acknowledgement, in ms. */
  latencies: number[];
}

/** So many different bodies are sent in turn. */
const bodies = 512;

/** Throws when one is not accepted. */
export async function sendWebhooks(load: WebhookLoad): Promise<WebhookLoadResult> {
  const bodyOf = issueBodies(load.bytes);
  const texts = Array.from({ length: bodies }, (_, n) => Buffer.from(bodyOf(n)));
  const latencies: number[] = [];
  const start = performance.now();
  let next = 0;
  const sendOn = async (): Promise<void> => {
    const connection = await RawConnection.open(load.port);
    while (performance.now() - start < load.forMs) {
      const n = next++;
      const request = postRequest(
        "/webhooks/gitlab/default",
        webhookHeaders(`${load.idPrefix}-${n}`),
        texts[n % bodies]!,
      );
      const sentAt = performance.now();
      const answer = await connection.send(request);
      if (answer.status !== 202) throw new Error(`a webhook was answered with ${answer.status}: ${answer.body}`);
      latencies.push(performance.now() - sentAt);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: load.connections }, sendOn));
  return { accepted: next, elapsedMs: performance.now() - start, latencies };
}
