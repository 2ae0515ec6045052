/** Settings from environment variables: AUTOFLOW_ and the path in capitals, as in AUTOFLOW_HTTP_CLIENT_TIMEOUT. */
import type { SchemaLeaf, SchemaNode } from "./schema-walk.ts";
import { fixedLeaves, isSecret } from "./schema-walk.ts";
import { mostSimilar } from "./similar.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentSetting {
  path: string[];
  variable: string;
  value: unknown;
}

const prefix = "AUTOFLOW_";

/** Variables with our prefix that are no settings: the command line's own. */
const commandLineVariables = ["AUTOFLOW_CONFIG", "AUTOFLOW_SERVER", "AUTOFLOW_TOKEN"];

/** Kubernetes sets these in every pod beside a Service that is named autoflow. */
const serviceVariables = /^AUTOFLOW_(SERVICE_(HOST|PORT)|PORT($|_\d))/;

export function variableName(path: readonly string[]): string {
  return prefix + path.join("_").toUpperCase();
}

/**
 * The settings that the environment gives; an empty variable gives none. Numbers and lists (separated by commas) are read
 * where the schema wants them; what cannot be read stays text, for validation to refuse. `unknown` holds a sentence for each
 * variable with our prefix that is no setting.
 */
export function readEnvironment(
  schema: SchemaNode,
  environment: Environment,
): { settings: EnvironmentSetting[]; unknown: string[] } {
  const settings: EnvironmentSetting[] = [];
  const known = new Set(commandLineVariables);
  for (const leaf of fixedLeaves(schema)) {
    const variable = variableName(leaf.path);
    known.add(variable);
    const text = environment[variable];
    if (text !== undefined && text !== "") settings.push({ path: leaf.path, variable, value: readText(leaf, text) });
    if (!isSecret(leaf.schema)) continue;
    known.add(`${variable}_FILE`);
    const file = environment[`${variable}_FILE`];
    if (file !== undefined && file !== "" && text === undefined) {
      settings.push({ path: leaf.path, variable: `${variable}_FILE`, value: { file } });
    }
  }
  return { settings, unknown: unknownVariables(environment, known) };
}

function readText({ schema }: SchemaLeaf, text: string): unknown {
  if (isSecret(schema)) return { value: text };
  if (schema.items !== undefined) return text.split(",").map((item) => readScalar(schema.items!, item.trim()));
  return readScalar(schema, text);
}

function readScalar(schema: SchemaNode, text: string): unknown {
  if (schema.type === "integer" && /^-?\d+$/.test(text)) return Number(text);
  if (schema.type === "boolean" && /^(true|false)$/.test(text)) return text === "true";
  return text;
}

function unknownVariables(environment: Environment, known: ReadonlySet<string>): string[] {
  const names = Object.keys(environment).filter(
    (name) => name.startsWith(prefix) && !known.has(name) && !serviceVariables.test(name),
  );
  return names.map((name) => {
    const similar = mostSimilar(name, known);
    return `the environment variable ${name} is no setting${similar === undefined ? "" : `; did you mean ${similar}?`}`;
  });
}
