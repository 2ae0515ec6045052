/**
 * A recorded run, as a file of JSON: every later release continues it. Run as a program, it records the policy below under a name that
 * is not taken; what a release recorded stays as it is:
 *
 *     node src/languages/triage/testing/golden.ts
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import type { Arrival } from "../../../core/arrival.ts";
import type { CallEffect } from "../../../core/effect.ts";
import { defaultLimits, type RunStart } from "../../../core/program.ts";
import { decodeWire, encodeWire, type WireValue } from "../../../core/wire.ts";
import { asciiOf } from "../machine/state-codec.ts";
import { triage } from "../program.ts";
import { essence, type GoldenRun, turnOf } from "../../testing/golden-run.ts";

export const goldenFolder = new URL("../testdata/golden/", import.meta.url);

const policy = `autoflow: {schedule: 0 9 * * 1, live: true}
resource_rules:
  issues:
    summaries:
      - name: Report
        rules:
          - name: Bugs
            conditions: {state: opened, labels: ["{bug,crash}"], forbidden_labels: [x]}
            actions: {summarize: {title: Bugs, item: "- {{title}} {{labels}}", summary: "## {{title}}\\n{{items}}"}}
        actions: {summarize: {title: "Report #{Date.today}", destination: group/reports}}
    rules:
      - name: Everything
        conditions:
          date: {attribute: updated_at, condition: older_than, interval_type: days, interval: 3, filter_in_ruby: true}
          votes: {attribute: upvotes, condition: greater_than, threshold: 1}
          discussions: {attribute: threads, condition: less_than, threshold: 2}
          author_member: {source: group, condition: member_of, source_id: group}
          ruby: linked_issues.none? { |i| i.link_type == "blocks" } && milestone&.title.to_s =~ /^1/
        limits: {oldest: 2}
        actions:
          labels: [seen]
          comment: "{{author}} é #{resource[:title].upcase} #{instance_version.version_short}"
          summarize: {title: All, item: "{{full_reference}}"}
          comment_on_summary: "{{title}}?"
          issue: {title: "Copy of {{title}}", destination: group/other}
  branches:
    rules:
      - name: Branches
        conditions: {name: ^old, date: {attribute: committed_date, condition: older_than, interval_type: years, interval: 1}}
        actions: {delete: true}
`;

function issue(iid: number): WireValue {
  return {
    id: 100 + iid,
    iid,
    project_id: 7,
    title: `Thing ${iid} ü`,
    labels: ["bug"],
    upvotes: iid,
    user_notes_count: iid,
    author: { id: 5, username: "eve" },
    milestone: { id: 1, title: "18.1" },
    updated_at: "2026-11-01T00:00:00Z",
    created_at: `2026-01-0${iid}T00:00:00Z`,
    confidential: iid === 3,
    references: { full: `group/app#${iid}` },
  };
}

function bodyFor(method: string, path: string): WireValue {
  if (method === "POST") return { id: 1, iid: 77, project_id: 9, title: "Made", references: { full: "group/made#77" } };
  if (path.endsWith("/members")) return [{ id: 5, username: "eve" }];
  if (path.endsWith("/branches")) {
    return [{ name: "old/1", protected: false, commit: { committed_date: "2020-01-01T00:00:00Z" } }];
  }
  if (path === "version") return { version: "18.6.0", revision: "abc" };
  if (path.endsWith("/discussions") || path.endsWith("/links")) return [];
  return path.endsWith("/issues") ? [issue(1), issue(2), issue(3), issue(4)] : { id: 1, name: "seen" };
}

function record(name: string): void {
  const path = new URL(`${name}.json`, goldenFolder);
  if (existsSync(path)) return;
  const file = ".triage-policies.yml";
  const compiled = triage.compile({ entry: file, files: new Map([[file, policy]]) }, "handlers").step(1);
  if (compiled === "running" || compiled.image === undefined) throw new Error(JSON.stringify(compiled));
  const { image } = compiled;
  const time = Date.UTC(2026, 10, 21, 9);
  const fixed = { runId: "run-1", project: "p", trigger: "", position: 0, time, vars: {}, secrets: [] };
  const start: RunStart = { ...fixed, limits: defaultLimits };
  const machine = triage.load(image).open(start);
  const open: CallEffect[] = [];
  const golden: GoldenRun = {
    image: { hash: image.hash, text: asciiOf(image.bytes) },
    start,
    arrivals: [],
    turns: [],
    states: [],
  };
  for (let arrival: Arrival | undefined, seq = 1; ; seq++) {
    const turn = turnOf(machine, arrival);
    golden.turns.push(essence(turn));
    if (turn.outcome !== undefined) break;
    for (const effect of turn.effects) if (effect.kind === "call") open.push(effect);
    const call = open.shift()!;
    const { method, path: asked } = decodeWire(call.input) as { method: string; path: string };
    const value = encodeWire({ status_code: 200, body: bodyFor(method, asked), next: null });
    arrival = { kind: "answer", effect: call.n, seq, time: time + seq, value };
    golden.states.push(asciiOf(machine.snapshot()));
    golden.arrivals.push(arrival);
  }
  mkdirSync(goldenFolder, { recursive: true });
  writeFileSync(path, `${JSON.stringify(golden, undefined, 1)}\n`);
}

if (import.meta.main) record("v1-everything");
