/** Loads the language in a context that has JavaScript and nothing else, as sandboxes do, and prints what a script prints there. */
import { runInBareContext } from "../../testing/bare-context.ts";

const script = `
load("@autoflow//versions.star", "versions")
load("data.yaml", "data")
def h(w, ev):
    print(ev.data.x, sorted([3, 1], key = lambda x: x), json.encode({"a": 1.5}), w.now())
    r = w.run("echo", {"b": b"\\xff", "s": "é"})
    print(r, hash("a"), "É".lower(), 1 << 70, data, versions.sort(["1.10", "1.9"]))
on_event(type = "t", handler = h)
`;

const source = `({ starlark }, script) => {
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
  }`;

process.stdout.write(`${await runInBareContext(new URL("../program.ts", import.meta.url), source, script)}\n`);
