/** The runs that are recorded: between them they have everything in their states that a state can hold. */
import type { Arrival } from "../../../../core/arrival.ts";
import type { RunStart } from "../../../../core/program.ts";
import type { WireText } from "../../../../core/wire.ts";
import type { Files } from "../../testing/compile-files.ts";
import { services } from "./in-every-way.ts";

export interface GoldenPlan {
  name: string;
  files: Files;
  start: Partial<RunStart>;
  arrivals: Arrival[];
}

type Step =
  | ["answer", number, unknown, number?]
  | ["fail", number]
  | ["event", number, object]
  | ["command", string, unknown?];

export function goldenRuns(requestFile: (path: string) => string): GoldenPlan[] {
  const names = [
    "workspace-request.sw.yaml",
    "application.properties",
    "specs/forge-openapi.yaml",
    "specs/portal-openapi.yaml",
  ];
  const files = Object.fromEntries(names.map((name) => [name, requestFile(name)]));
  const input = {
    workspace: "team-ä",
    size: "large",
    requester: "ann",
    recipients: ["user:default/ann"],
    reason: null,
  };
  const vars = { PORTAL_URL: "http://portal", FORGE_URL: "http://forge" };
  const everything = {
    "everything.sw.yaml": `id: everything\nversion: '1.0'\nspecVersion: '0.8'\n${services.functions}${states}`,
    ...services.files,
  };
  return [
    {
      name: "v1-request",
      files,
      start: { input: JSON.stringify(input), vars, secrets: ["PORTAL_TOKEN", "FORGE_TOKEN"] },
      arrivals: arrivalsOf([
        ["answer", 2, [{ id: 77 }]],
        ["answer", 5, { iid: 5, web_url: "https://forge/5" }, 201],
        ["answer", 8, [{ id: "n1" }]],
      ]),
    },
    {
      name: "v1-everything",
      files: everything,
      start: { input: '{"items":[1,2,3],"10":true}', starter: { identity: "ann", businessKey: "k" } },
      arrivals: arrivalsOf([
        ["event", 4, { id: "1", source: "test", type: "yes", order: "7", data: { said: "yes" } }],
        ["answer", 7, { one: 1 }],
        ["event", 5, { id: "2", source: "test", type: "no", order: "7", data: { but: "no" } }],
        ["fail", 10],
        ["command", "retry", { edited: true, items: [1, 2, 3] }],
        ["answer", 13, { two: 2 }],
        ["answer", 18, { got: 2 }],
        ["fail", 17],
        ["answer", 19, { got: 3 }],
        ["answer", 21, null],
        ["answer", 23, { got: 1 }],
        ["fail", 27],
        ["answer", 28, null],
        ["answer", 29, null],
        ["answer", 30, { b: 1 }],
        ["answer", 31, { a: 1 }],
      ]),
    },
  ];
}

/** Times are a second apart. Numbers of effects are those that the first run had. */
function arrivalsOf(steps: Step[]): Arrival[] {
  return steps.map((step, i): Arrival => {
    const base = { seq: i + 1, time: Date.UTC(2026, 10, 21, 9, 0, i + 1) };
    switch (step[0]) {
      case "answer":
        return { ...base, kind: "answer", effect: step[1], value: httpAnswer(step[2], step[3]) };
      case "fail": {
        const error = {
          type: "http",
          code: "HTTP_TIMEOUT",
          message: "too late",
          retryable: true,
          details: { data: 1 },
        };
        return { ...base, kind: "answer", effect: step[1], error };
      }
      case "event":
        return { ...base, kind: "event", effect: step[1], event: JSON.stringify(step[2]), position: 101 + i };
      default:
        return {
          ...base,
          kind: "command",
          command: { name: step[1] as "retry", payload: JSON.stringify(step[2] ?? null) },
        };
    }
  });
}

function httpAnswer(body: unknown, status = 200): WireText {
  const headers = [["content-type", "application/json"]];
  return JSON.stringify({
    status_code: status,
    status: `${status} OK`,
    headers,
    body: JSON.stringify(body),
  }) as WireText;
}

const states = `
timeouts: {workflowExecTimeout: {duration: P1D}}
events:
  - {name: Yes, type: "yes", source: test, correlation: [{contextAttributeName: order}]}
  - {name: No, type: "no", source: test, correlation: [{contextAttributeName: order}]}
retries: [{name: often, delay: PT5S, maxAttempts: 4}]
start: First
states:
  - {name: First, type: inject, data: {first: true}, compensatedBy: Undo, transition: Wait}
  - {name: Undo, type: inject, usedForCompensation: true, data: {undone: true}}
  - name: Wait
    type: event
    exclusive: false
    timeouts: {eventTimeout: PT1H, stateExecTimeout: {total: PT2H}}
    onEvents:
      - {eventRefs: [Yes], actions: [{functionRef: one}]}
      - {eventRefs: [No], actions: [{functionRef: two}]}
    transition: Each
  - name: Each
    type: foreach
    inputCollection: .items
    iterationParam: item
    outputCollection: .out
    actions: [{functionRef: {refName: one, arguments: {n: $item}}, retryRef: often}]
    transition: Both
  - name: Both
    type: parallel
    branches:
      - {name: A, actions: [{functionRef: one, retryRef: often}], timeouts: {branchExecTimeout: PT1M}}
      - {name: B, actions: [{functionRef: two, sleep: {before: PT5S}}]}
    end: {compensate: true}
`;
