import type { Command } from "commander";
import { configureBuilds } from "./temporal/builds.ts";
import { configureRegister } from "./temporal/register.ts";

/** autoflow temporal … */
export function configureTemporal(command: Command): void {
  configureRegister(command.command("register"));
  configureBuilds(command.command("builds"));
}
