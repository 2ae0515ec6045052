/** autoflow definitions … */
import type { Command } from "commander";
import { configureList } from "./definitions/list.ts";

export function configureDefinitions(command: Command): void {
  configureList(command.command("list"));
}
