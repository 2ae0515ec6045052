/**
 * Loads the language in a context that has JavaScript and nothing else, as sandboxes do, and prints what a script prints there.
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

const script = `
load("@autoflow//versions.star", "versions")
load("data.yaml", "data")
def h(w, ev):
    print(ev.data.x, sorted([3, 1], key = lambda x: x), json.encode({"a": 1.5}), w.now())
    r = w.run("echo", {"b": b"\\xff", "s": "é"})
    print(r, hash("a"), "É".lower(), 1 << 70, data, versions.sort(["1.10", "1.9"]))
on_event(type = "t", handler = h)
`;

const run = runInContext(
  `(starlark, script) => {
    const files = new Map([["m.star", script], ["data.yaml", "{a: [1, 2.5, 12345678901234567890, é]}"]]);
    const { image } = starlark.compile({ entry: "m.star", files }, "handlers").step(1e6);
    const loaded = starlark.load(image);
    const limits = {
      stepsPerTurn: 1e6, memoryBytes: 1e7, depth: 100, stateBytes: 1e6, effectsPerTurn: 100, outputBytesPerTurn: 1e6, fibers: 100,
      openEffects: 100,
    };
    const start = {
      runId: "r", project: "p", trigger: "h", event: '{"data":{"x":1}}', position: 0, time: 0, vars: {}, secrets: [], limits,
    };
    const first = loaded.open(start);
    const { effects } = first.step(undefined, 1e6);
    const answer = { kind: "answer", effect: 2, value: effects[1].input, seq: 1, time: 5 };
    const second = loaded.open(start, first.snapshot()).step(answer, 1e6);
    return [...effects, ...second.effects].flatMap((effect) => effect.message ?? []).join("\\n");
  }`,
  context,
) as (starlark: unknown, script: string) => string;

process.stdout.write(`${run((entry.namespace as { starlark: unknown }).starlark, script)}\n`);
