/**
 * Loads jq in a context that has JavaScript and nothing else, as sandboxes do, and prints what a program gives there.
 * Needs Node's flag --experimental-vm-modules.
 */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { createContext, runInContext, SourceTextModule } from "node:vm";

const context = createContext({});
const modules = new Map<string, SourceTextModule>();

function moduleAt(url: URL): SourceTextModule {
  let module = modules.get(url.href);
  if (module === undefined) {
    module = new SourceTextModule(stripTypeScriptTypes(readFileSync(url, "utf8")), { identifier: url.href, context });
    modules.set(url.href, module);
  }
  return module;
}

const entry = moduleAt(new URL("../jq.ts", import.meta.url));
await entry.link((specifier, importing) => moduleAt(new URL(specifier, importing.identifier)));
await entry.evaluate();

const run = runInContext(
  `(jq, text) => {
    const outputs = jq.compileJq(text).all(new Map([["a", [3, 1, 2]], ["t", "é😀"]]), new Map(), { now: () => 0 });
    return outputs.join(" ");
  }`,
  context,
) as (jq: object, text: string) => string;

const program = `(.a | sort | tojson), (.t | @base64, @uri, utf8bytelength, test("\\\\p{L}")), (now | todate), ("[1.5]" | fromjson | .[0])`;
process.stdout.write(`${run(entry.namespace, program)}\n`);
