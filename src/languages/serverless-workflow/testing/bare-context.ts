/** Loads the language in a context that has JavaScript and nothing else, as sandboxes do, and prints what a workflow comes to there. */
import { runInBareContext } from "../../testing/bare-context.ts";

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

const source = `({ serverlessWorkflow: program }, text) => {
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
  }`;

process.stdout.write(`${await runInBareContext(new URL("../program.ts", import.meta.url), source, workflow)}\n`);
