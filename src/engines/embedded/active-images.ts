/** Definitions by their names, and the images that start new runs of them. */
import type { LoadedImage, SourceText } from "../../core/program.ts";
import { noDefinition } from "../run/definition-errors.ts";
import type { Core } from "./core.ts";

interface DefinitionName {
  project: string;
  path: string;
}

/** Throws NOT_FOUND. */
export function definitionOf(core: Core, name: DefinitionName) {
  const record = core.data.definitions.find(name.project, name.path);
  if (record === undefined) throw noDefinition(name);
  return record;
}

/** Undefined where nothing starts runs of it: it is not there, was removed, or has never compiled. */
export function activeImage(core: Core, { project, path }: DefinitionName): LoadedImage | undefined {
  const record = core.data.definitions.find(project, path);
  return record?.version === undefined || record.removed ? undefined : core.image(record.version);
}

/** The text of the active version, where the image keeps it. Throws NOT_FOUND. */
export function sourceOf(core: Core, name: DefinitionName): SourceText | undefined {
  const image = activeImage(core, name);
  if (image === undefined) throw noDefinition(name);
  return image.source?.();
}
