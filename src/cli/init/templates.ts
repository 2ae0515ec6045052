/** What `autoflow init` begins a project with: the examples that have tests. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { AutoFlowError } from "../../core/errors.ts";
import { projectReadme, summaryOf } from "./template-readme.ts";

const examples = fileURLToPath(new URL("../../../examples/", import.meta.url));

export const defaultTemplate = "labels-on-close";

/** Where a template's own files go, beside its script: the project may have others of these names. */
const home = ".gitlab/autoflow";

export interface Template {
  name: string;
  /** The first sentence of what it is about. */
  summary: string;
}

/** In alphabetical order. */
export function listTemplates(): Template[] {
  return templateNames().map((name) => ({ name, summary: summaryOf(readFileSync(readmeOf(name), "utf8")) }));
}

/** The files of a project that begins with this template: texts by path, with "/". Throws NOT_FOUND. */
export function templateFiles(name: string): Map<string, string> {
  if (!templateNames().includes(name)) {
    throw new AutoFlowError("NOT_FOUND", `there is no template ${JSON.stringify(name)}`, {
      hint: "autoflow init --list names them.",
    });
  }
  const folder = path.join(examples, name);
  const files = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const place = path.relative(folder, file).split(path.sep).join("/");
    const text = readFileSync(file, "utf8");
    if (place === "README.md") files.set(`${home}/README.md`, projectReadme(name, text));
    else files.set(place.startsWith(".gitlab/") ? place : `${home}/${place}`, text);
  }
  return new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function templateNames(): string[] {
  const names = readdirSync(examples).filter((name) => existsSync(path.join(examples, name, "main_test.star")));
  return names.toSorted();
}

function readmeOf(name: string): string {
  return path.join(examples, name, "README.md");
}
