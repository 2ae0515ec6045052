/** Under which names properties speak of a document. */
import type { FunctionDefinition } from "../../model.ts";

/**
 * The names of a document in property keys, most usual first: its file name ("gitlab_openapi_yaml"), its path, the title in it and
 * the function's name (the strategies FILE_NAME, FULL_URI, SPEC_TITLE and FUNCTION_NAME of `kogito.sw.operationIdStrategy`).
 */
export function propertyKeys(definition: FunctionDefinition, title: string | undefined): string[] {
  const uri = definition.operation.split("#", 1)[0]!;
  const file = uri.split(/[/\\]/).at(-1)!;
  return [
    ...new Set([
      sanitized(file),
      sanitized(uri),
      ...(title === undefined ? [] : [sanitized(title)]),
      sanitized(definition.name),
    ]),
  ];
}

/** A name as it stands in a property key: everything but letters and digits is "_". */
export function sanitized(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, "_");
}
