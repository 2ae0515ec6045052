/** A context that has JavaScript and nothing else, as sandboxes do. Needs Node's flag --experimental-vm-modules. */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { createContext, runInContext, SourceTextModule } from "node:vm";

/** The package's build for browsers: plain modules, which is what a bundler takes. */
const yaml = new URL("../browser/index.js", import.meta.resolve("yaml"));

/**
 * Loads a module and all that it imports in such a context, and has a function run there: `source`, its text, is called with what the
 * module exports and `argument`. Throws where anything is imported but files of the project and the YAML package.
 */
export async function runInBareContext(module: URL, source: string, argument: string): Promise<string> {
  const context = createContext({});
  const modules = new Map<string, SourceTextModule>();
  const moduleAt = (url: URL): SourceTextModule => {
    let found = modules.get(url.href);
    if (found === undefined) {
      found = new SourceTextModule(stripTypeScriptTypes(readFileSync(url, "utf8")), { identifier: url.href, context });
      modules.set(url.href, found);
    }
    return found;
  };
  const entry = moduleAt(module);
  await entry.link((specifier, importing) => {
    if (specifier === "yaml") return moduleAt(yaml);
    if (!specifier.startsWith(".")) throw new Error(`${importing.identifier} imports ${specifier}`);
    return moduleAt(new URL(specifier, importing.identifier));
  });
  await entry.evaluate();
  const run = runInContext(source, context) as (exported: object, argument: string) => string;
  return run(entry.namespace, argument);
}
