/** Reads a seed file. */
import { AutoFlowError } from "../../../core/errors.ts";
import { validate } from "../../../config/validate.ts";
import { readYamlFile } from "../../../config/yaml-file.ts";
import type { SchemaNode } from "../../../config/schema-walk.ts";
import { seedSchema, type Seed } from "./seed-schema.ts";

/** The seed of a YAML or JSON file. Throws CONFIG_INVALID when it cannot be read or is no YAML, and GITLAB_SEED_INVALID for what is not as documented, with its place. */
export function readSeedFile(file: string): Seed {
  const yaml = readYamlFile(file);
  const [finding, ...more] = validate(seedSchema as unknown as SchemaNode, yaml.value);
  if (finding === undefined) return yaml.value as Seed;
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  const path = finding.path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
  throw new AutoFlowError("GITLAB_SEED_INVALID", `${path === "" ? "the seed" : path} ${finding.message}${others}`, {
    where: yaml.locate(finding.path),
    ...(finding.hint !== undefined && { hint: finding.hint }),
  });
}
