/** autoflow events … */
import type { Command } from "commander";
import { configureList } from "./events/list.ts";
import { configureSend } from "./events/send.ts";
import { configureShow } from "./events/show.ts";

export function configureEvents(command: Command): void {
  configureSend(command.command("send"));
  configureList(command.command("list"));
  configureShow(command.command("show"));
}
