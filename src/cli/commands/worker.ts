import type { Command } from "commander";
import { startWorkerApp } from "../../app/worker.ts";
import { addConfigOptions, readConfiguration, type ConfigOptions } from "../configuration.ts";
import { onInterruption, starting } from "../interruption.ts";
import { parsePort } from "../numbers.ts";
import { say } from "../output.ts";

interface Options extends ConfigOptions {
  port?: number;
}

/** autoflow worker */
export function configureWorker(command: Command): void {
  command
    .description(
      "Compute runs that servers with the same Temporal namespace and task queue have started. Start as many as there is work " +
        "for, and stop any at any time: SIGTERM and SIGINT end it in good order, and what is killed others take over. It tells " +
        "/healthz, /readyz and /metrics.",
    )
    .option(
      "--port <number>",
      "where to tell health and metrics; 0 takes a free port (default: as configured)",
      parsePort,
    )
    .addHelpText("after", "\nExample:\n  autoflow worker --config /etc/autoflow/autoflow.yaml");
  addConfigOptions(command).action(work);
}

async function work({ port, ...options }: Options): Promise<void> {
  const interruption = onInterruption();
  const listen = port === undefined ? {} : { temporal: { worker: { listen: { port } } } };
  const { config } = readConfiguration(options, { flags: { engine: "temporal", ...listen } });
  const app = await starting(startWorkerApp(config), interruption);
  say(`AutoFlow works on ${config.temporal.hostPort}; health and metrics are at ${app.url}`);
  await interruption.asked;
  await app.drain();
}
