/** The verb that puts another content in the place of a data file, for one test. */
import type { WireValue } from "../../core/wire.ts";
import { dataNames } from "../../languages/starlark/run/data-file.ts";
import type { Simulation, TestedDefinition, TestWorld } from "../simulation.ts";
import { type Given, invalid, plain, text } from "./given.ts";

interface Context {
  simulation: Simulation;
  world: TestWorld;
}

/** `testing.replace_file`: what loads the file is compiled again; runs that are there keep what they began with. */
export async function replaceFile({ simulation, world }: Context, given: Given): Promise<WireValue> {
  const path = text(given["path"], "path");
  const content = contentOf(path, given["content"]);
  if (!world.definitions.some(({ sources }) => sources.files.has(path))) throw unknownFile(path, world.definitions);
  const definitions = world.definitions.map((definition) => replacedIn(definition, path, content));
  const changed = definitions.filter(({ sources }) => sources.files.has(path));
  const problems = await Promise.all(changed.map((definition) => simulation.define(world, definition)));
  const [problem] = problems.flat();
  if (problem === undefined) {
    world.definitions = definitions;
    return null;
  }
  const { where, message } = problem;
  throw invalid(`with another ${path}, ${where.file}:${where.line}:${where.column}: ${message}`);
}

function contentOf(path: string, content: WireValue | undefined): string {
  if (dataNames(path) === undefined) {
    throw invalid(`${path} is no data file: those that end in .json, .yaml, .yml, .txt and .md can be replaced`);
  }
  if (typeof content === "string") return content;
  // JSON is YAML.
  if (!/\.(txt|md)$/.test(path)) return `${JSON.stringify(plain(content), undefined, 2)}\n`;
  throw invalid(`the content of ${path} must be text, got ${JSON.stringify(plain(content))}`);
}

function replacedIn(definition: TestedDefinition, path: string, content: string): TestedDefinition {
  const { sources } = definition;
  if (!sources.files.has(path)) return definition;
  return { ...definition, sources: { ...sources, files: new Map(sources.files).set(path, content) } };
}

function unknownFile(path: string, definitions: readonly TestedDefinition[]): Error {
  const paths = new Set(definitions.flatMap(({ sources }) => [...sources.files.keys()]));
  const data = [...paths].filter((one) => dataNames(one) !== undefined);
  return invalid(
    `no definition loads ${path}: ${data.length === 0 ? "they load no data files" : `they load ${data.join(", ")}`}`,
  );
}
