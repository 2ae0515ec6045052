/** A simulated GitLab on a socket, with a project to work in. */
import { serveGitLab, type RunningServer } from "../../src/testkit/gitlab/server/http-server.ts";
import { createSimulatedGitLab, type SimulatedGitLab } from "../../src/testkit/gitlab/simulated-gitlab.ts";
import type { Delivery } from "../../src/testkit/gitlab/webhooks/delivery.ts";

export interface Serving extends RunningServer {
  gitlab: SimulatedGitLab;
  deliveries: Delivery[];
}

/** What has been served when the test ends is closed by `close`. Deliveries are kept, not sent. */
export async function serving(): Promise<Serving> {
  const deliveries: Delivery[] = [];
  let gitlab: SimulatedGitLab | undefined;
  const server = await serveGitLab(0, (url) => {
    gitlab = createSimulatedGitLab({
      clock: { now: () => Date.now() },
      url,
      onDelivery: (one) => deliveries.push(one),
    });
    return { gitlab };
  });
  return { ...server, gitlab: gitlab!, deliveries };
}
