/** autoflow tasks … */
import type { Command } from "commander";
import { configureAnswer } from "./tasks/answer.ts";
import { configureList } from "./tasks/list.ts";
import { configureShow } from "./tasks/show.ts";

export function configureTasks(command: Command): void {
  configureList(command.command("list"));
  configureShow(command.command("show"));
  configureAnswer(command.command("answer"));
}
