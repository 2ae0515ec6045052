/** SonataFlow objects and the ConfigMaps they use, as the sources of workflows. */
import type { Diagnostic } from "../../../core/program.ts";
import { listed } from "../document/fields.ts";
import { Problems } from "../document/problems.ts";
import { documentLimits, readDocument } from "../document/read-document.ts";
import { nodeAt, type DataNode, type MapNode } from "../document/tree.ts";
import { folderOf } from "../references/uri.ts";
import { customResources, kindOf, objectsOf, textAt, textsAt, type CustomResource } from "./custom-resource.ts";

export interface UnpackedWorkflow {
  /** The workflow's id. */
  name: string;
  /** Path of its file, with "#" and the name: the entry of its sources. */
  entry: string;
  /** The entry, and the files that ConfigMaps hold, by the paths at which the workflow finds them. */
  files: ReadonlyMap<string, string>;
  /** What its container is given. */
  environment: EnvironmentVariable[];
}

export interface EnvironmentVariable {
  name: string;
  /** Absent when it comes from elsewhere. */
  value?: string;
  /** The Secret that has it: its name and key. Values of secrets are never read. */
  secret?: { name: string; key?: string };
}

/**
 * The workflows of YAML files: one or several objects in each, of which some are `SonataFlow`, `ConfigMap` or `Secret`. Other files
 * and objects are left alone. What is missing is told.
 */
export function unpackSonataFlow(files: ReadonlyMap<string, string>): {
  workflows: UnpackedWorkflow[];
  diagnostics: Diagnostic[];
} {
  const problems = new Problems();
  const bundle = new Bundle();
  const found: { path: string; text: string; resource: CustomResource }[] = [];
  for (const [path, text] of files) {
    if (!/\.(?:ya?ml|json)$/i.test(path) || !/\bkind\b/.test(text)) continue;
    const read = readDocument(path, text, documentLimits);
    const resources = customResources(read.roots);
    if (resources.length > 0 || read.roots.length === 0) problems.addRead(read);
    bundle.add(read.roots);
    if (resources.length === 0) continue;
    const shown = withoutSecrets(read.source.text, read.roots);
    for (const resource of resources) found.push({ path, text: shown, resource });
  }
  const workflows = found.map(({ path, text, resource }) => unpack(path, text, { resource, bundle, problems }));
  return { workflows, diagnostics: problems.diagnostics };
}

/** The text with an x for every character of the values of Secrets: sources are kept. Nothing moves. */
function withoutSecrets(text: string, roots: readonly DataNode[]): string {
  let shown = text;
  for (const object of objectsOf(roots)) {
    if (kindOf(object) !== "Secret") continue;
    for (const key of ["data", "stringData"]) {
      const values = nodeAt(object, [key]);
      for (const { value } of values?.kind === "map" ? values.entries : []) {
        if (value.kind !== "scalar" || value.value === null) continue;
        const [indicator = ""] = /^(?:[|>][^\n]*\n|["'])?/.exec(value.written) ?? [];
        const end = value.offset + value.written.length;
        const hidden = value.written.slice(indicator.length).replaceAll(/[^\s"']/g, "x");
        shown = shown.slice(0, value.offset + indicator.length) + hidden + shown.slice(end);
      }
    }
  }
  return shown;
}

/** The objects that others name. */
class Bundle {
  readonly configMaps = new Map<string, MapNode>();
  readonly secrets = new Map<string, MapNode>();

  add(roots: readonly DataNode[]): void {
    for (const object of objectsOf(roots)) {
      const name = textAt(object, ["metadata", "name"]);
      if (name === undefined) continue;
      if (kindOf(object) === "ConfigMap") this.configMaps.set(name, object);
      if (kindOf(object) === "Secret") this.secrets.set(name, object);
    }
  }
}

interface Unpacking {
  resource: CustomResource;
  bundle: Bundle;
  problems: Problems;
}

function unpack(path: string, text: string, unpacking: Unpacking): UnpackedWorkflow {
  const { resource, bundle } = unpacking;
  const folder = folderOf(path);
  const inFolder = (name: string): string => [folder, name].filter((part) => part !== "").join("/");
  const entry = `${path}#${resource.name}`;
  const files = new Map([[entry, text]]);
  for (const { node, workflowPath, name } of configMapsOf(resource)) {
    const map = bundle.configMaps.get(name);
    if (map === undefined) {
      unpacking.problems.warn("missing-config-map", missingMap(name, resource, bundle), node);
      continue;
    }
    for (const [key, content] of textsAt(map, ["data"])) files.set(inFolder(joined(workflowPath, key)), content);
  }
  const environment = environmentOf(resource.node, bundle);
  const properties = propertiesOf(resource, bundle, environment);
  if (properties !== "") files.set(inFolder("application.properties"), properties);
  return { name: resource.name, entry, files, environment };
}

function joined(folder: string, name: string): string {
  const inside = folder.replaceAll(/^\.?\/+|\/+$/g, "");
  return inside === "" || inside === "." ? name : `${inside}/${name}`;
}

function missingMap(name: string, { name: workflow }: CustomResource, { configMaps }: Bundle): string {
  const known = [...configMaps.keys()];
  const hint = known.length === 0 ? "there are none" : `there is ${listed(known.slice(0, 8))}`;
  return `the workflow "${workflow}" uses the ConfigMap "${name}", which is not among the files: ${hint}`;
}

/** `spec.resources.configMaps`. */
function configMapsOf({ node }: CustomResource): { node: DataNode; name: string; workflowPath: string }[] {
  const list = nodeAt(node, ["spec", "resources", "configMaps"]);
  return (list?.kind === "list" ? list.items : []).flatMap((item) => {
    const name = textAt(item, ["configMap", "name"]) ?? textAt(item, ["name"]);
    return name === undefined ? [] : [{ node: item, name, workflowPath: textAt(item, ["workflowPath"]) ?? "" }];
  });
}

/** The user's own properties, and behind them the plain values of the environment, which count more. */
function propertiesOf(
  { name }: CustomResource,
  { configMaps }: Bundle,
  environment: readonly EnvironmentVariable[],
): string {
  const map = configMaps.get(`${name}-props`);
  const own = (map === undefined ? undefined : textAt(map, ["data", "application.properties"])) ?? "";
  const given = environment.flatMap(({ name: key, value }) =>
    value === undefined ? [] : [`${escaped(key, /[\\=:\s#!]/g)}=${escaped(value, /\\|\n|^\s/g)}`],
  );
  return [own.replace(/\n$/, ""), ...given].filter((text) => text !== "").join("\n");
}

function escaped(text: string, what: RegExp): string {
  return text.replaceAll(what, (character) => (character === "\n" ? "\\n" : `\\${character}`));
}

/** `spec.podTemplate.container.env` and `envFrom`. */
function environmentOf(node: MapNode, bundle: Bundle): EnvironmentVariable[] {
  const container = nodeAt(node, ["spec", "podTemplate", "container"]);
  const found = new Map<string, EnvironmentVariable>();
  for (const source of listUnder(container, "envFrom")) {
    const prefix = textAt(source, ["prefix"]) ?? "";
    const map = bundle.configMaps.get(textAt(source, ["configMapRef", "name"]) ?? "");
    if (map !== undefined)
      for (const [key, value] of textsAt(map, ["data"])) found.set(prefix + key, { name: prefix + key, value });
    const secret = textAt(source, ["secretRef", "name"]);
    if (secret === undefined) continue;
    const object = bundle.secrets.get(secret);
    for (const key of object === undefined
      ? []
      : [...textsAt(object, ["data"]).keys(), ...textsAt(object, ["stringData"]).keys()]) {
      found.set(prefix + key, { name: prefix + key, secret: { name: secret, key } });
    }
  }
  for (const variable of listUnder(container, "env")) {
    const name = textAt(variable, ["name"]);
    if (name !== undefined) found.set(name, variableOf(name, variable, bundle));
  }
  return [...found.values()];
}

function variableOf(name: string, node: DataNode, { configMaps }: Bundle): EnvironmentVariable {
  const value = textAt(node, ["value"]);
  if (value !== undefined) return { name, value };
  const secret = textAt(node, ["valueFrom", "secretKeyRef", "name"]);
  if (secret !== undefined) {
    const key = textAt(node, ["valueFrom", "secretKeyRef", "key"]);
    return { name, secret: { name: secret, ...(key !== undefined && { key }) } };
  }
  const map = configMaps.get(textAt(node, ["valueFrom", "configMapKeyRef", "name"]) ?? "");
  const key = textAt(node, ["valueFrom", "configMapKeyRef", "key"]) ?? "";
  const mapped = map === undefined ? undefined : textAt(map, ["data", key]);
  return mapped === undefined ? { name } : { name, value: mapped };
}

function listUnder(node: DataNode | undefined, key: string): DataNode[] {
  const found = nodeAt(node, [key]);
  return found?.kind === "list" ? found.items : [];
}
