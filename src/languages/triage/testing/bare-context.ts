/** Loads the language in a context that has JavaScript and nothing else, as sandboxes do, and prints what a policy asks for there. */
import { runInBareContext } from "../../testing/bare-context.ts";

const policy = `
resource_rules:
  issues:
    rules:
      - name: Bare
        conditions: {ruby: 'resource[:title] =~ /é+/ && Date.today.year == 1970'}
        actions: {comment: 'Hello {{author}}, #{2.days.from_now.strftime("%F")} é'}
`;

const source = `({ triage: program }, text) => {
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
  }`;

process.stdout.write(`${await runInBareContext(new URL("../program.ts", import.meta.url), source, policy)}\n`);
