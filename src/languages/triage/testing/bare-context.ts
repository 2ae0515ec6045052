/**
 * Loads the language in a context that has JavaScript and nothing else, as sandboxes do, and prints what a policy asks for there.
 * Needs Node's flag --experimental-vm-modules.
 */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { createContext, runInContext, SourceTextModule } from "node:vm";

/** The package's build for browsers: plain modules, which is what a bundler takes. */
const yaml = new URL("../browser/index.js", import.meta.resolve("yaml"));

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

const entry = moduleAt(new URL("../program.ts", import.meta.url));
await entry.link((specifier, importing) => {
  if (specifier === "yaml") return moduleAt(yaml);
  if (!specifier.startsWith(".")) throw new Error(`${importing.identifier} imports ${specifier}`);
  return moduleAt(new URL(specifier, importing.identifier));
});
await entry.evaluate();

const policy = `
resource_rules:
  issues:
    rules:
      - name: Bare
        conditions: {ruby: 'resource[:title] =~ /é+/ && Date.today.year == 1970'}
        actions: {comment: 'Hello {{author}}, #{2.days.from_now.strftime("%F")} é'}
`;

const run = runInContext(
  `(program, text) => {
    const compiled = program.compile({ entry: "p.yml", files: new Map([["p.yml", text]]) }, "driver").step(1e6);
    if (compiled.image === undefined) return JSON.stringify(compiled.diagnostics);
    const loaded = program.load(compiled.image);
    const limits = { stateBytes: 1e6 };
    const start = { runId: "r", project: "p", trigger: "", position: 0, time: 0, vars: {}, secrets: [], limits };
    const first = loaded.open(start);
    first.step(undefined, 1e6);
    const issue = { id: 1, iid: 2, project_id: 3, title: "née", author: { username: "eve" } };
    const value = JSON.stringify({ status_code: 200, body: [issue], next: null });
    const answer = { kind: "answer", effect: 1, value, seq: 1, time: 1 };
    const { effects } = loaded.open(start, first.snapshot()).step(answer, 1e6);
    return effects.find(({ kind }) => kind === "call").input;
  }`,
  context,
) as (program: unknown, text: string) => string;

process.stdout.write(`${run((entry.namespace as { triage: unknown }).triage, policy)}\n`);
