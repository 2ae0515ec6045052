import { randomBytes } from "node:crypto";
import type { Command } from "commander";
import { AutoFlowError } from "../../core/errors.ts";
import { systemClock } from "../../host/clock.ts";
import { readSeedFile } from "../../testkit/gitlab/seed/seed-file.ts";
import { runSimulator } from "../../testkit/gitlab/server/run.ts";
import type { Delivery } from "../../testkit/gitlab/webhooks/delivery.ts";
import type { RunningServer } from "../../testkit/gitlab/server/http-server.ts";
import { onInterruption } from "../interruption.ts";
import { parseCount, parsePort } from "../numbers.ts";
import { print, say, visible } from "../output.ts";

interface Options {
  port: number;
  seed?: string;
  token?: string;
  webhook?: string;
  webhookToken?: string;
  rateLimit?: number;
  json?: true;
}

/** autoflow gitlab-sim */
export function configureGitlabSim(command: Command): void {
  command
    .description(
      "Start a simulated GitLab on this machine: projects, issues, merge requests and the rest in memory, behind the REST API as " +
        "GitLab publishes it, with webhooks for what changes. When it ends, everything is gone. docs/guides/gitlab-simulator.md " +
        "says what it knows.",
    )
    .option("--port <number>", "where to listen, on 127.0.0.1; 0 takes a free port", parsePort, 8929)
    .option("--seed <file>", "what there is at the start: users, groups, projects, issues and more, as YAML")
    .option("--token <token>", "the administrator's token (default: a new one)")
    .option("--webhook <url>", "send the events of every project there, beside the webhooks that projects have")
    .option("--webhook-token <token>", "the secret token of --webhook")
    .option("--rate-limit <number>", "let each token make so many requests a minute", parseCount)
    .option("--json", "print where it listens as one line of JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  autoflow gitlab-sim --seed seed.yaml\n" +
        "  autoflow gitlab-sim --port 0 --webhook http://127.0.0.1:8080/webhooks/gitlab/default",
    )
    .action(gitlabSim);
}

async function gitlabSim(options: Options): Promise<void> {
  const seed = options.seed === undefined ? undefined : readSeedFile(options.seed);
  const token = options.token ?? `glpat-${randomBytes(15).toString("base64url")}`;
  const { asked } = onInterruption();
  const server = await start(options, {
    port: options.port,
    clock: systemClock,
    token,
    ...(seed !== undefined && { seed }),
    ...(options.rateLimit !== undefined && { rateLimit: { requests: options.rateLimit, period: 60 } }),
    onSent: (delivery) => say(describeDelivery(delivery)),
    onFailed: (delivery) => say(`${describeDelivery(delivery)}; it is sent again`),
  });
  tell(server.url, token, options.json === true);
  await asked;
  await server.close();
}

async function start(options: Options, parts: Parameters<typeof runSimulator>[0]): Promise<RunningServer> {
  const { webhook: url, webhookToken } = options;
  const everyHook = url === undefined ? undefined : { url, ...(webhookToken !== undefined && { token: webhookToken }) };
  try {
    return await runSimulator({ ...parts, ...(everyHook !== undefined && { everyHook }) });
  } catch (cause) {
    if (cause instanceof AutoFlowError) throw cause;
    throw new AutoFlowError(
      "LISTEN_FAILED",
      `cannot listen on 127.0.0.1:${options.port}: ${(cause as Error).message}`,
      {
        cause,
        hint: "Choose another port with --port; 0 takes a free one.",
      },
    );
  }
}

/** "Issue Hook to http://127.0.0.1:8080/…: 202"; without an answer, why there is none. */
function describeDelivery({ hook, headers, event: { responseStatus, responseBody } }: Delivery): string {
  const what = `${headers["X-Gitlab-Event"]} to ${visible(hook.url)}`;
  if (responseStatus !== undefined && /^\d/.test(responseStatus)) return `${what}: ${responseStatus}`;
  return `${what}: no answer${responseBody === "" ? "" : `: ${visible(responseBody)}`}`;
}

function tell(url: string, token: string, asJson: boolean): void {
  if (asJson) return print(JSON.stringify({ url, api: `${url}/api/v4`, token }));
  print(`The simulated GitLab is at ${url}`);
  print(`Administrator's token: ${token}`);
  say("Everything is in memory. Ctrl-C ends it.");
}
