/** Takes settings as GitLab's agent server has them in its file, below `autoflow`, for ours of the same names. */
import type { ConfigPath } from "./problem.ts";
import { isPlainObject } from "./schema-walk.ts";
import type { Finding } from "./validate.ts";
import type { YamlFile } from "./yaml-file.ts";

/** The block of that file. */
const block = "autoflow";

/** Groups within it that are ours too, at the top. */
const shared = ["temporal", "http_client"];

export interface ReadBlock {
  /** With those groups moved to where ours are; where things stand is asked by our paths. */
  file: YamlFile;
  /** A path of ours as it is written in the file. */
  written: (path: ConfigPath) => ConfigPath;
  /** Groups that are in both places, with their paths as written. */
  findings: Finding[];
}

/** Moves what is given below `autoflow` to where ours is. */
export function readGitLabBlock(file: YamlFile): ReadBlock {
  const { value } = file;
  const given = isPlainObject(value) ? value[block] : undefined;
  if (!isPlainObject(value) || !isPlainObject(given)) return { file, written: (path) => path, findings: [] };

  const top = { ...value };
  const rest = { ...given };
  const moved = new Set<unknown>();
  const findings: Finding[] = [];
  for (const name of shared.filter((each) => given[each] !== undefined)) {
    delete rest[name];
    if (value[name] === undefined) {
      top[name] = given[name];
      moved.add(name);
    } else {
      findings.push({ path: [block, name], message: `is given, and ${name} is too: use one of the two places` });
    }
  }
  top[block] = rest;
  const written = (path: ConfigPath): ConfigPath => (moved.has(path[0]) ? [block, ...path] : path);
  return { file: { ...file, value: top, locate: (path) => file.locate(written(path)) }, written, findings };
}
