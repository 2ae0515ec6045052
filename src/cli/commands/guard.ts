import type { Command } from "commander";
import { createLog } from "../../host/log.ts";
import { startGuard } from "../../server/guard/guard-server.ts";
import { defaultGuardedRoutes } from "../../server/guard/guarded-routes.ts";
import { addConfigOptions, type ConfigOptions, readConfiguration } from "../configuration.ts";
import { onInterruption } from "../interruption.ts";
import { parsePort } from "../numbers.ts";
import { say } from "../output.ts";

interface Options extends ConfigOptions {
  port?: number;
}

/** autoflow guard */
export function configureGuard(command: Command): void {
  command
    .description(
      "Start a reverse proxy before GitLab. Changes that it is told to guard (`guard.routes`) pass when the rules of the project " +
        "allow them (`on_validate`); everything else passes as it is. The AutoFlow server that has the rules is another process.",
    )
    .option("--port <number>", "where to listen; 0 takes a free port (default: as configured)", parsePort)
    .addHelpText("after", "\nExample:\n  autoflow guard --config /etc/autoflow/autoflow.yaml");
  addConfigOptions(command).action(guard);
}

async function guard({ port, ...options }: Options): Promise<void> {
  const { asked } = onInterruption();
  const { config } = readConfiguration(options, { flags: port === undefined ? {} : { guard: { listen: { port } } } });
  const { listen, upstream, routes = defaultGuardedRoutes, ...rules } = config.guard;
  const log = createLog(config.log);
  const running = await startGuard({ listen, upstream, routes, rules: { ...rules, token: config.apiToken }, log });
  say(`AutoFlow guards ${upstream} at ${running.url}`);
  await asked;
  await running.close();
}
