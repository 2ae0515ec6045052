/**
 * The built-in library, `@autoflow//…`: the Starlark files of this folder. `npm run docs` writes their texts to `sources.ts`, since
 * nothing here can read files. An image holds what it loads, so a run keeps the library that it began with.
 */
import { hostNamesOf, knownNames } from "../api/environment.ts";
import { testKitName } from "../api/test-kit.ts";
import type { ModuleCode } from "../compile/code.ts";
import { compileModule } from "../compile/compile-module.ts";
import { libraryPrefix, resolveLoadPath } from "../run/load-path.ts";
import { parseModule } from "../syntax/module.ts";
import type { KnownNames } from "../syntax/scopes.ts";
import { fromText, toText } from "../values/text.ts";
import { librarySources } from "./sources.ts";

const testingPath = `${libraryPrefix}testing.star`;

const compiled = new Map<string, ModuleCode>();

/** Paths of all files, "@autoflow//" included. */
export function libraryPaths(): string[] {
  return [...librarySources.keys()].map((name) => libraryPrefix + name);
}

const filesByName: ReadonlyMap<string, string> = new Map(
  [...librarySources.keys()].map((path) => [/([^/]+)\.star$/.exec(path)![1]!, path]),
);

/** The file that has a name, without the "@autoflow//"; undefined when none has. */
export function libraryFileOf(name: string): string | undefined {
  return filesByName.get(name);
}

/** The text of a file; undefined when there is none at this path. */
export function libraryText(path: string): string | undefined {
  return path.startsWith(libraryPrefix) ? librarySources.get(path.slice(libraryPrefix.length)) : undefined;
}

/** A file, compiled; the same in every process of a release. Undefined when there is none at this path. */
export function libraryModule(path: string): ModuleCode | undefined {
  const text = libraryText(path);
  if (text === undefined) return undefined;
  let code = compiled.get(path);
  if (code === undefined) {
    code = compileLibrary(path, text);
    compiled.set(path, code);
  }
  return code;
}

/** One file knows the builtin that the test kit answers. */
function namesOf(path: string): KnownNames {
  const names = knownNames("handlers");
  if (path !== testingPath) return names;
  return { ...names, isPredeclared: (name) => name === testKitName || names.isPredeclared(name) };
}

/** Handlers know no `w` of their own, and neither does the library: it is handed one. */
function compileLibrary(path: string, text: string): ModuleCode {
  const { module, problems } = parseModule(path, text, namesOf(path));
  if (module === undefined) throw new Error(`${path}: ${problems[0]!.message}`);
  return compileModule(module, {
    hostNames: hostNamesOf("handlers"),
    resolveLoad: (load) => fromText(resolveLoadPath(path, toText(load))!),
  });
}
