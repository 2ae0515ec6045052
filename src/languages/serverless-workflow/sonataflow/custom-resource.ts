/** Kubernetes objects in YAML files, and the SonataFlow ones among them (apiVersion sonataflow.org/v1alpha08). */
import { textOf } from "../document/fields.ts";
import { entryOf, nodeAt, type DataNode, type MapNode } from "../document/tree.ts";

/** A `SonataFlow` object. */
export interface CustomResource {
  /** The workflow's id. */
  name: string;
  /** `spec.flow`: the workflow without what its metadata say. */
  flow: MapNode;
  annotations: ReadonlyMap<string, string>;
  /** The whole object. */
  node: MapNode;
}

/** The objects of YAML documents; those of lists one by one. */
export function objectsOf(roots: readonly DataNode[]): MapNode[] {
  return roots.flatMap((root) => {
    if (root.kind === "list") return objectsOf(root.items);
    if (root.kind !== "map") return [];
    const items = entryOf(root, "items")?.value;
    return kindOf(root).endsWith("List") && items?.kind === "list" ? objectsOf(items.items) : [root];
  });
}

/** `kind`; "" when there is none. */
export function kindOf(node: DataNode): string {
  return textAt(node, ["kind"]) ?? "";
}

/** A scalar under keys, as text. */
export function textAt(node: DataNode, path: readonly string[]): string | undefined {
  const found = nodeAt(node, path);
  return found?.kind === "scalar" && found.value !== null ? textOf(found) : undefined;
}

/** The texts of an object under keys. */
export function textsAt(node: DataNode, path: readonly string[]): Map<string, string> {
  const found = nodeAt(node, path);
  const texts = new Map<string, string>();
  for (const { key, value } of found?.kind === "map" ? found.entries : []) {
    if (value.kind === "scalar" && value.value !== null) texts.set(key, textOf(value));
  }
  return texts;
}

/** All SonataFlow objects that have a flow. */
export function customResources(roots: readonly DataNode[]): CustomResource[] {
  return objectsOf(roots).flatMap((node) => {
    const flow = nodeAt(node, ["spec", "flow"]);
    if (kindOf(node) !== "SonataFlow" || flow?.kind !== "map") return [];
    const name = textAt(node, ["metadata", "name"]) ?? "workflow";
    return [{ name, flow, annotations: textsAt(node, ["metadata", "annotations"]), node }];
  });
}

/** The one of a name; the first for "". */
export function customResource(roots: readonly DataNode[], name: string): CustomResource | undefined {
  return customResources(roots).find((resource) => name === "" || resource.name === name);
}
