/** Reads the keys of the configuration, which are AES-256 keys. */
import path from "node:path";
import type { Config } from "./config.ts";
import type { ConfigPath } from "./problem.ts";
import type { RawConfig } from "./schema.ts";
import type { Surroundings } from "./secret-reader.ts";
import { readKey } from "./secret-value.ts";
import type { Finding } from "./validate.ts";

/** The keys of `encryption.keys`, in order; what is wrong with one ends up in `findings`. */
export function resolveKeys(
  { encryption }: Pick<RawConfig, "encryption">,
  surroundings: Surroundings,
  findings: Finding[],
): Config["encryptionKeys"] {
  const ids = new Set<string>();
  return encryption.keys.flatMap(({ id, file, env }, index) => {
    const at = ["encryption", "keys", index];
    if (ids.has(id)) findings.push({ path: [...at, "id"], message: `"${id}" is used twice` });
    ids.add(id);
    if ((file === undefined) === (env === undefined)) {
      findings.push({ path: at, message: "needs exactly one of file, env" });
      return [];
    }
    const place = env === undefined ? { file: path.resolve(surroundings.folderOf(at), file ?? "") } : { env };
    const key = readKeyAt(at, place, surroundings, findings);
    return key === undefined ? [] : [{ id, key }];
  });
}

/** One key; undefined when it cannot be read, which is then among the findings. */
export function readKeyAt(
  at: ConfigPath,
  place: { env: string } | { file: string },
  { environment }: Surroundings,
  findings: Finding[],
): Uint8Array | undefined {
  const read = readKey(place, environment);
  if ("key" in read) return read.key;
  findings.push({ path: at, message: read.problem, ...(read.hint !== undefined && { hint: read.hint }) });
  return undefined;
}
