/** Takes settings as GitLab's agent server has them in its file, below `autoflow`, for ours of the same names. */
import type { ConfigPath } from "./problem.ts";
import { isPlainObject } from "./schema-walk.ts";
import type { Finding } from "./validate.ts";
import type { YamlFile } from "./yaml-file.ts";

/** The block of that file. */
const block = "autoflow";

/** Groups within it that are ours too, at the top. */
const shared = ["temporal", "http_client"];

/** What stands beside it there: groups, and within the one whose name we have too what is not ours. */
const elsewhere: readonly ConfigPath[] = [
  ...["agent", "observability", "gitaly", "redis", "api", "private_api", "workspaces"].map((name) => [name]),
  ...["address", "external_url", "authentication_secret_file", "ca_certificate_file", "api_rate_limit"].map((name) => [
    "gitlab",
    name,
  ]),
];

export interface ReadBlock {
  /** With those groups moved to where ours are; where things stand is asked by our paths. */
  file: YamlFile;
  /** A path of ours as it is written in the file. */
  written: (path: ConfigPath) => ConfigPath;
  /** Groups that are in both places, with their paths as written. */
  findings: Finding[];
  /** What is of the agent server alone, and was taken out. */
  ignored: Finding[];
  /** Whether a path of ours is written in the block: what is not known there may be of a newer agent server. */
  isWithin: (path: ConfigPath) => boolean;
}

/** Moves what is given below `autoflow` to where ours is, and takes out what else that file has. */
export function readGitLabBlock(file: YamlFile): ReadBlock {
  const { value } = file;
  const given = isPlainObject(value) ? value[block] : undefined;
  if (!isPlainObject(value) || !isPlainObject(given)) {
    return { file, written: (path) => path, findings: [], ignored: [], isWithin: () => false };
  }
  const { top, ignored } = withoutForeign(value);
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
  if (Object.keys(rest).length > 0) top[block] = rest;
  else delete top[block];
  const written = (path: ConfigPath): ConfigPath => (moved.has(path[0]) ? [block, ...path] : path);
  const moving = { ...file, value: top, locate: (path: ConfigPath) => file.locate(written(path)) };
  return { file: moving, written, findings, ignored, isWithin: (path) => written(path)[0] === block };
}

function withoutForeign(value: Record<string, unknown>): { top: Record<string, unknown>; ignored: Finding[] } {
  const top = { ...value };
  const ignored: Finding[] = [];
  for (const path of elsewhere) {
    const [name = "", inner] = path.map(String);
    if (inner === undefined) {
      if (!Object.hasOwn(top, name)) continue;
      delete top[name];
    } else {
      const group = top[name];
      if (!isPlainObject(group) || !Object.hasOwn(group, inner)) continue;
      const { [inner]: _, ...rest } = group;
      top[name] = rest;
    }
    ignored.push({ path, message: "is a setting of GitLab's agent server, without effect here" });
  }
  return { top, ignored };
}
