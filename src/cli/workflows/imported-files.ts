/** What a SonataFlow object becomes as files. */
import { Document, isMap, isScalar, parseAllDocuments, type YAMLMap } from "yaml";
import { AutoFlowError } from "../../core/errors.ts";
import type { UnpackedWorkflow } from "../../languages/serverless-workflow/sonataflow/unpack.ts";

/** Texts by path inside the workflow's own folder: `NAME.sw.yaml`, and the files that it refers to. */
export function importedFiles({ name, entry, files }: UnpackedWorkflow): Map<string, string> {
  const folder = entry.includes("/") ? entry.slice(0, entry.lastIndexOf("/") + 1) : "";
  const imported = new Map<string, string>();
  for (const [path, text] of files) {
    if (path === entry) imported.set(`${name}.sw.yaml`, flowText(text, name));
    else imported.set(safePath(path.startsWith(folder) ? path.slice(folder.length) : path), text);
  }
  return imported;
}

/** The text of `spec.flow`, with the id and version that the object gives. */
function flowText(text: string, name: string): string {
  for (const document of parseAllDocuments(text)) {
    for (const object of objectsOf(document.contents)) {
      if (object.get("kind") !== "SonataFlow" || object.getIn(["metadata", "name"]) !== name) continue;
      const flow = object.getIn(["spec", "flow"], true);
      if (!isMap(flow)) continue;
      const annotation = (key: string): string | undefined => textAt(object, ["metadata", "annotations", key]);
      const version = annotation("sonataflow.org/version");
      const description = annotation("sonataflow.org/description");
      const lead: [string, string][] = [["id", name]];
      if (version !== undefined) lead.push(["version", version]);
      if (!flow.has("specVersion")) lead.push(["specVersion", "0.8"]);
      if (description !== undefined && !flow.has("description")) lead.push(["description", description]);
      for (const [key] of lead) flow.delete(key);
      const whole = new Document(Object.fromEntries(lead));
      (whole.contents as unknown as YAMLMap).items.push(...flow.items);
      return whole.toString({ lineWidth: 0 });
    }
  }
  throw new AutoFlowError("WORKFLOW_INVALID", `the object ${JSON.stringify(name)} has no workflow in spec.flow`);
}

/** A scalar as it is written. */
function textAt(object: YAMLMap, path: string[]): string | undefined {
  const found = object.getIn(path, true);
  if (!isScalar(found)) return undefined;
  return found.source ?? (typeof found.value === "string" ? found.value : undefined);
}

function objectsOf(contents: unknown): YAMLMap[] {
  if (!isMap(contents)) return [];
  const items: unknown = contents.get("items");
  const listed = (items as { items?: unknown[] } | undefined)?.items ?? [];
  return [contents, ...listed.filter((item) => isMap(item))];
}

/** Nothing is written outside of the workflow's folder. */
function safePath(path: string): string {
  if (path.split("/").every((part) => part !== "" && part !== ".." && part !== ".")) return path;
  throw new AutoFlowError("WORKFLOW_INVALID", `the file ${JSON.stringify(path)} would be outside of its folder`);
}
