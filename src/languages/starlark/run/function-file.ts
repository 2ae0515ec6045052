/** Functions of a project: files of one folder, each of which defines one that runs start by its name. */
import type { WorkflowDescription } from "../../../core/program.ts";

/** The name of the function that the file at a path defines; undefined for all other files. */
export function functionName(path: string): string | undefined {
  return /^\.gitlab\/autoflow\/functions\/([A-Za-z0-9][A-Za-z0-9_-]{0,99})\.star$/.exec(path)?.[1];
}

/** What such a file calls what is called. */
export const mainName = "main";

/** A JSON Schema of its inputs, as a dict. */
export const schemaName = "input_schema";

/** There is one version of a function: that of its file. */
const functionVersion = "1";

/** `schema`: JSON text. */
export function functionDescription(path: string, name: string, schema: string | undefined): WorkflowDescription {
  const documentPath = `${path}#${schemaName}`;
  return {
    name,
    version: functionVersion,
    environment: [],
    graph: { nodes: [], edges: [] },
    ...(schema !== undefined && { inputSchema: { path: documentPath, documents: { [documentPath]: schema } } }),
  };
}
