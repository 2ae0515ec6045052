/** autoflow flags … */
import type { Command } from "commander";
import { configureList } from "./flags/list.ts";
import { configureSwitch } from "./flags/switch.ts";

export function configureFlags(command: Command): void {
  configureList(command.command("list"));
  configureSwitch(command.command("enable"), "enable");
  configureSwitch(command.command("disable"), "disable");
  configureSwitch(command.command("inherit"), "inherit");
}
