/**
 * Loads the language in a context that has JavaScript and nothing else, as sandboxes do, and prints what a workflow comes to there.
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

const workflow = `
id: bare
version: 1.0
specVersion: '0.8'
functions: [{name: both, type: expression, operation: '{sum: (.a + .b), text: ("é" + @base64 "\\(.a)")}'}]
states:
- {name: Set, type: inject, data: {a: 1, b: 2}, transition: Nap}
- {name: Nap, type: sleep, duration: PT1S, transition: Add}
- {name: Add, type: operation, actions: [{functionRef: both}], end: true}
`;

const run = runInContext(
  `(program, text) => {
    const compilation = program.compile({ entry: "bare.sw.yaml", files: new Map([["bare.sw.yaml", text]]) }, "handlers");
    let compiled = "running";
    while (compiled === "running") compiled = compilation.step(1e6);
    const { image, diagnostics } = compiled;
    if (image === undefined) return JSON.stringify(diagnostics);
    const loaded = program.load(image);
    const limits = {
      stepsPerTurn: 1e6, stepsPerRun: 1e9, memoryBytes: 1e7, depth: 100, stateBytes: 1e6, effectsPerTurn: 100, outputBytesPerTurn: 1e6,
      outputBytesPerRun: 1e9, fibers: 100, openEffects: 100,
    };
    const start = { runId: "r", project: "p", trigger: "", position: 0, input: "{}", time: 0, vars: {}, secrets: [], limits };
    const first = loaded.open(start);
    const { effects } = first.step(undefined, 1e6);
    const sleep = effects.find(({ kind }) => kind === "sleep");
    const answer = { kind: "answer", effect: sleep.n, value: "null", seq: 1, time: sleep.until };
    return loaded.open(start, first.snapshot()).step(answer, 1e6).outcome.value;
  }`,
  context,
) as (program: unknown, text: string) => string;

process.stdout.write(`${run((entry.namespace as { serverlessWorkflow: unknown }).serverlessWorkflow, workflow)}\n`);
