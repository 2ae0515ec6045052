/** What commands print: data on stdout, in the format the user asked for; talk on stderr. */
import { Option, type Command } from "commander";

const formats = ["table", "json", "yaml", "name", "jsonl"] as const;

export type OutputFormat = (typeof formats)[number];

/** One line of data. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One line of talk: progress, warnings, what to do next. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function addOutputOption(command: Command): Command {
  return command
    .addOption(new Option("-o, --output <format>", "how to print the answer").choices(formats).default("table"))
    .addOption(jsonOption());
}

/** For every command that has a format `json`. */
export function jsonOption(): Option {
  return new Option("--json", "the same as -o json").implies({ output: "json" });
}

export interface Column<T> {
  title: string;
  value(item: T): string | number | undefined;
}

/** How a kind of thing looks: its name for scripts, and its columns. */
export interface View<T> {
  name(item: T): string;
  columns: Column<T>[];
}

export interface ListToPrint<T> {
  items: T[];
  /** Continues the list. */
  next?: string;
}

/** Prints a list. The `json` and `yaml` forms are the API's own answer, `jsonl` is one item a line. */
export async function printList<T>(list: ListToPrint<T>, view: View<T>, format: OutputFormat): Promise<void> {
  if (format === "table") printTable(list.items, view.columns);
  else if (format === "json" || format === "yaml") await printDocument(list, format);
  else for (const item of list.items) print(format === "name" ? view.name(item) : JSON.stringify(item));
  if (list.next !== undefined && format === "table") say(`There are more: --cursor ${list.next}`);
}

/** Prints one thing; `table` is one line a column. */
export async function printItem<T>(item: T, view: View<T>, format: OutputFormat): Promise<void> {
  if (format === "name") print(view.name(item));
  else if (format === "jsonl") print(JSON.stringify(item));
  else if (format === "table") printFields(item, view.columns);
  else await printDocument(item, format);
}

async function printDocument(value: unknown, format: "json" | "yaml"): Promise<void> {
  if (format === "json") return print(JSON.stringify(value, undefined, 2));
  const yaml = await import("yaml");
  print(yaml.stringify(value).trimEnd());
}

function printTable<T>(items: T[], columns: Column<T>[]): void {
  const rows = items.map((item) => columns.map((column) => cell(column.value(item))));
  const titles = columns.map((column) => column.title.toUpperCase());
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  for (const row of [titles, ...rows])
    print(
      row
        .map((text, i) => text.padEnd(widths[i]!))
        .join("  ")
        .trimEnd(),
    );
}

function printFields<T>(item: T, columns: Column<T>[]): void {
  const width = Math.max(...columns.map((column) => column.title.length)) + 1;
  for (const column of columns) {
    const value = column.value(item);
    if (value === undefined || value === "") continue;
    const lines = String(value).split("\n").map(visible);
    print(`${`${column.title}:`.padEnd(width)} ${lines.join(`\n${" ".repeat(width + 1)}`)}`);
  }
}

function cell(value: string | number | undefined): string {
  return value === undefined || value === "" ? "-" : visible(String(value));
}

/** Text from events and scripts with its control characters written out, so that it cannot steer the terminal. */
export function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

/** A point in time (epoch ms) as people read it: 2026-11-24 09:00:00Z. */
export function formatTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")}Z`;
}
