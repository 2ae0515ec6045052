/** autoflow runs … */
import type { Command } from "commander";
import { configureCancel } from "./runs/cancel.ts";
import { configureEdit, configureRetry, configureSkip } from "./runs/commands.ts";
import { configureList } from "./runs/list.ts";
import { configureLogs } from "./runs/logs.ts";
import { configureResume } from "./runs/resume.ts";
import { configureShow } from "./runs/show.ts";
import { configureSignal } from "./runs/signal.ts";

export function configureRuns(command: Command): void {
  configureList(command.command("list"));
  configureShow(command.command("show"));
  configureLogs(command.command("logs"));
  configureCancel(command.command("cancel"));
  configureResume(command.command("resume"));
  configureRetry(command.command("retry"));
  configureSkip(command.command("skip"));
  configureEdit(command.command("edit"));
  configureSignal(command.command("signal"));
}
