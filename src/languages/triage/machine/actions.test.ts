import assert from "node:assert/strict";
import { test } from "node:test";
import { type FinishedRun, type GitLab, runPolicy, type RunOptions, type SeenRequest } from "../testing/triage-run.ts";

function resource(iid: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 1000 + iid,
    iid,
    project_id: 7,
    group_id: 9,
    title: `Thing ${iid}`,
    state: "opened",
    labels: ["a", "b c"],
    author: { id: 1, username: "eve" },
    assignees: [
      { id: 2, username: "ann" },
      { id: 3, username: "bob" },
    ],
    milestone: { id: 5, title: "18.1" },
    upvotes: 3,
    web_url: `https://gitlab.example.com/group/app/-/issues/${iid}`,
    created_at: "2026-01-02T03:04:05.000Z",
    references: { full: `group/app#${iid}` },
    ...more,
  };
}

/** Lists these resources, has the labels of these names, and gives what is made a number. */
function world(resources: unknown[], labels: readonly string[] = []): GitLab {
  let made = 100;
  return ({ method, path, body }) => {
    if (path.includes("/labels/")) {
      const name = decodeURIComponent(path.split("/").at(-1) ?? "");
      return labels.includes(name) ? { body: { id: 1, name } } : { status: 404 };
    }
    if (method === "GET") return { body: resources };
    made++;
    return {
      body: {
        id: made,
        iid: made,
        project_id: 8,
        title: body?.["title"] ?? "",
        references: { full: `group/sum#${made}` },
      },
    };
  };
}

function policyOf(type: string, actions: string): string {
  return `resource_rules:
  ${type}:
    rules:
      - name: A
        actions: ${actions}
`;
}

/** What is written, a line each; texts in quotes. */
function written({ requests }: Pick<FinishedRun, "requests">): string[] {
  return requests.filter(({ method }) => method !== "GET").map(writeLine);
}

function writeLine({ method, path, body }: SeenRequest): string {
  return `${method} ${path}${body === undefined ? "" : ` ${JSON.stringify(body)}`}`;
}

function run(policy: string, gitlab: GitLab, options: RunOptions = {}): FinishedRun {
  const finished = runPolicy(policy, gitlab, options);
  assert.equal(finished.outcome.kind, "succeeded", JSON.stringify(finished.outcome));
  return finished;
}

test("one comment has the text and all quick actions, in one order", () => {
  const actions =
    '{status: close, move: group/other, mention: [ann, "@bob"], remove_labels: [b c], labels: [x, y], comment: "Bye {{author}}."}';
  assert.deepEqual(written(run(policyOf("issues", actions), world([resource(1)], ["x", "y", "b c"]))), [
    'POST projects/:id/issues/1/notes {"body":"Bye @eve.\\n\\n/label ~\\"x\\" ~\\"y\\"\\n\\n/unlabel ~\\"b c\\"\\n\\n/cc @ann @bob\\n\\n/move group/other\\n\\n/close"}',
  ]);
});

test("comments on epics go by their id, threads are discussions, internal comments say so", () => {
  const [epic] = written(
    run(policyOf("epics", "{comment: x}"), world([resource(1)]), { input: { source: "groups", sourceId: "g" } }),
  );
  assert.equal(epic, 'POST groups/9/epics/1001/notes {"body":"x"}');
  assert.deepEqual(
    written(run(policyOf("merge_requests", "{comment: x, comment_type: thread}"), world([resource(1)]))),
    ['POST projects/:id/merge_requests/1/discussions {"body":"x"}'],
  );
  assert.deepEqual(written(run(policyOf("issues", "{comment: x, comment_internal: true}"), world([resource(1)]))), [
    'POST projects/:id/issues/1/notes {"body":"x","internal":true}',
  ]);
});

test("every placeholder, and expressions", () => {
  const text =
    "{{title}}|{{state}}|{{author}}|{{assignee}}|{{assignees}}|{{reviewers}}|{{milestone}}|{{labels}}|{{upvotes}}|{{web_url}}|" +
    "{{full_reference}}|{{type}}|{{created_at}}|{{closed_at}}|#{labels.size}|#{2.days.from_now.strftime('%F')}|\\#{x}|{{ title }}";
  const note = run(
    policyOf("issues", `{comment: '${text.replaceAll("'", "''")}'}`),
    world([resource(1)]),
  ).requests.find(({ method }) => method === "POST");
  assert.equal(
    note?.body?.["body"],
    'Thing 1|opened|@eve||@ann, @bob||%"18.1"|~"a", ~"b c"|3|https://gitlab.example.com/group/app/-/issues/1|' +
      "group/app#1|issues|2026-01-02T03:04:05.000Z||2|2026-11-23|#{x}|{{ title }}",
  );
});

test("nothing of a confidential resource is told, unless the rule says so", () => {
  const gitlab = world([resource(1, { confidential: true })]);
  const text = '"{{title}} {{labels}} {{web_url}} #{resource[:title]} #{Date.today}"';
  const bodyOf = (actions: string): unknown =>
    run(policyOf("issues", actions), gitlab).requests.find(({ method }) => method === "POST")?.body?.["body"];
  assert.equal(
    bodyOf(`{comment: ${text}}`),
    "(confidential) (confidential) https://gitlab.example.com/group/app/-/issues/1 (confidential) 2026-11-21",
  );
  assert.equal(
    bodyOf(`{comment: ${text}, redact_confidential_resources: false}`),
    'Thing 1 ~"a", ~"b c" https://gitlab.example.com/group/app/-/issues/1 Thing 1 2026-11-21',
  );
});

test("an unknown label stops the run before anything of its rule is changed", () => {
  const policy = `resource_rules:
  issues:
    rules:
      - name: First
        actions: {labels: [x]}
      - name: Second
        actions: {labels: [x, nope], comment: hello}
      - name: Third
        actions: {comment: never}
`;
  const { outcome, requests } = runPolicy(policy, world([resource(1), resource(2)], ["x"]));
  assert.ok(outcome.kind === "failed");
  assert.equal(outcome.error.code, "TRIAGE_LABEL_UNKNOWN");
  assert.match(
    outcome.error.message,
    /^rule "Second" \(line 6\): there is no label ~"nope" in the run's project; nothing/,
  );
  assert.deepEqual(written({ requests }), [
    'POST projects/:id/issues/1/notes {"body":"/label ~\\"x\\""}',
    'POST projects/:id/issues/2/notes {"body":"/label ~\\"x\\""}',
  ]);
  const labels = requests.filter(({ path }) => path.includes("/labels/"));
  assert.deepEqual(
    labels.map(({ path }) => path),
    ["projects/:id/labels/x", "projects/:id/labels/nope"],
  );
});

test("branches are deleted by their names", () => {
  const branch = { name: "feature/x y", protected: false, commit: {} };
  assert.deepEqual(written(run(policyOf("branches", "{delete: true}"), world([branch]))), [
    "DELETE projects/:id/repository/branches/feature%2Fx%20y",
  ]);
});

test("a summary has an item for each resource, and comments on it for each", () => {
  const actions = `
          summarize:
            title: "#{Date.today} things"
            destination: group/sum
            item: "- {{title}}"
            summary: |
              # {{title}} of {{type}}
              {{items}}
          comment_on_summary: "{{full_reference}}?"
          labels: [x]`;
  assert.deepEqual(written(run(policyOf("issues", actions), world([resource(1), resource(2)], ["x"]))), [
    'POST projects/group%2Fsum/issues {"title":"2026-11-21 things","description":"# 2026-11-21 things of issues\\n- Thing 1\\n- Thing 2"}',
    'POST projects/:id/issues/1/notes {"body":"/label ~\\"x\\""}',
    'POST projects/:id/issues/2/notes {"body":"/label ~\\"x\\""}',
    'POST projects/group%2Fsum/issues/101/notes {"body":"group/app#1?"}',
    'POST projects/group%2Fsum/issues/101/notes {"body":"group/app#2?"}',
  ]);
});

test("no summary is made without items, without a title, or without a destination", () => {
  const summarize = (more: string): string => policyOf("issues", `{summarize: {item: "- {{title}}", ${more}}}`);
  assert.deepEqual(written(run(summarize("title: T"), world([]))), []);
  assert.deepEqual(written(run(summarize('title: "#{nil}"'), world([resource(1)]))), []);
  const inGroup = { input: { source: "groups", sourceId: "g" } };
  assert.deepEqual(written(run(summarize("title: T"), world([resource(1)]), inGroup)), []);
  assert.deepEqual(written(run(summarize("title: T"), world([resource(1)]))), [
    'POST projects/:id/issues {"title":"T","description":"- Thing 1"}',
  ]);
});

test("a summary of several rules joins theirs, and leaves out those that found nothing", () => {
  const policy = `resource_rules:
  issues:
    summaries:
      - name: Weekly
        rules:
          - name: New
            conditions: {labels: ["{new,none}"]}
            actions: {summarize: {title: New ones, item: "- {{title}}", summary: "## {{title}}\\n\\n{{items}}"}, labels: [ignored]}
          - name: Hot
            conditions: {ruby: "resource[:upvotes] > 2"}
            limits: {most_recent: 1}
            actions: {summarize: {item: "* {{title}}"}}
        actions: {summarize: {title: This week, summary: "Look:\\n{{items}}"}}
    rules:
      - name: After
        actions: {comment: done}
`;
  const gitlab: GitLab = (request) => {
    const isNew = request.query?.some(([name, value]) => name === "labels" && value === "new");
    if (request.method === "GET" && isNew === true) return { body: [] };
    return world([resource(1), resource(2, { upvotes: 1 })])(request);
  };
  assert.deepEqual(written(run(policy, gitlab)), [
    'POST projects/:id/issues {"title":"This week","description":"Look:\\n## New ones\\n\\n- Thing 1\\n- Thing 2\\n\\n* Thing 1"}',
    'POST projects/:id/issues/1/notes {"body":"done"}',
    'POST projects/:id/issues/2/notes {"body":"done"}',
  ]);
});

test("an issue of its own for each resource", () => {
  const actions = '{issue: {title: "About {{title}}", destination: 12, description: "See {{full_reference}}"}}';
  assert.deepEqual(written(run(policyOf("merge_requests", actions), world([resource(1), resource(2)]))), [
    'POST projects/12/issues {"title":"About Thing 1","description":"See group/app#1"}',
    'POST projects/12/issues {"title":"About Thing 2","description":"See group/app#2"}',
  ]);
});

test("what is refused for one resource is told, and the others are gone on with", () => {
  const gitlab: GitLab = (request) => {
    if (request.path === "projects/:id/issues/2/notes") return { status: 403 };
    return world([resource(1), resource(2), resource(3)])(request);
  };
  const { outcome, requests } = runPolicy(policyOf("issues", "{comment: x}"), gitlab);
  assert.equal(written({ requests }).length, 3);
  assert.ok(outcome.kind === "failed");
  assert.equal(outcome.error.message, "GitLab refused something for 1 resource; the others are done");
});

test("an expression that fails ends the run with its place and the resource", () => {
  const policy = `resource_rules:
  issues:
    rules:
      - name: A
        conditions:
          ruby: resource[:upvotes] > 2 && milestone.due_date > Date.today
`;
  const { outcome } = runPolicy(policy, world([resource(1, { upvotes: 1 }), resource(2)]));
  assert.ok(outcome.kind === "failed");
  assert.deepEqual(
    [outcome.error.code, outcome.error.message],
    ["TRIAGE_EXPRESSION", ".triage-policies.yml:6:62: nil cannot be compared with Date 2026-11-21 (group/app#2)"],
  );
});

test("what an expression asks of GitLab is asked for once, for each resource, in conditions and texts", () => {
  const policy = `resource_rules:
  issues:
    rules:
      - name: A
        conditions:
          ruby: linked_issues.any? { |i| i.link_type == "blocks" && i.state == "opened" }
        actions:
          comment: "blocks #{linked_issues.map(&:full_resource_reference).join(', ')} at #{instance_version.version_short}"
`;
  const gitlab: GitLab = (request) => {
    if (request.path === "version") return { body: { version: "18.6.0" } };
    if (!request.path.endsWith("/links")) return world([resource(1), resource(2)])(request);
    const blocks = { ...resource(9), link_type: request.path.includes("/1/") ? "blocks" : "relates_to" };
    return { body: [blocks] };
  };
  const { requests } = run(policy, gitlab);
  assert.deepEqual(
    requests.map(({ method, path }) => `${method} ${path}`),
    [
      "GET projects/:id/issues",
      "GET projects/:id/issues/1/links",
      "GET projects/:id/issues/2/links",
      "GET projects/:id/issues/1/links",
      "GET version",
      "POST projects/:id/issues/1/notes",
    ],
  );
  assert.equal(requests.at(-1)?.body?.["body"], "blocks group/app#9 at 18.6");
});

test("stored and loaded after every turn, in slices of one step, all of it goes the same way", () => {
  const policy = `resource_rules:
  issues:
    summaries:
      - name: Weekly
        rules:
          - name: New
            conditions: {ruby: "linked_issues.empty?"}
            actions: {summarize: {item: "- {{title}} é😀"}}
        actions: {summarize: {title: This week}}
    rules:
      - name: After
        conditions: {discussions: {attribute: threads, condition: less_than, threshold: 3}}
        limits: {oldest: 5}
        actions: {comment: "{{title}}", labels: [x], summarize: {title: T}, comment_on_summary: "{{title}}", issue: {title: "{{title}}"}}
`;
  const gitlab = (): GitLab => {
    const lists = world(
      Array.from({ length: 12 }, (_, i) => resource(i + 1)),
      ["x"],
    );
    return (request) =>
      /links|discussions$/.test(request.path) && request.method === "GET" ? { body: [] } : lists(request);
  };
  const whole = run(policy, gitlab());
  const stored = run(policy, gitlab(), { reopens: true, slice: 1 });
  assert.equal(written(whole).length, 1 + 1 + 5 + 5 + 5);
  assert.deepEqual(stored.requests, whole.requests);
  assert.deepEqual(stored.effects, whole.effects);
  assert.deepEqual(stored.outcome, whole.outcome);
  assert.deepEqual(stored.states, whole.states);
});

/** Issues with a label, by pages of a hundred, newest first; what is labelled "seen" is not listed any more. `together` are of the same moment. */
function pages(count: number, together = 7): { gitlab: GitLab; seen: Map<number, number> } {
  const seen = new Map<number, number>();
  const all = Array.from({ length: count }, (_, i) =>
    resource(count - i, { created_at: new Date(1.7e12 - Math.floor(i / together) * 1000).toISOString() }),
  );
  const gitlab: GitLab = ({ method, path, query = [] }) => {
    if (path.includes("/labels/")) return { body: { id: 1 } };
    if (method === "POST") {
      const iid = Number(path.split("/").at(-2));
      seen.set(iid, (seen.get(iid) ?? 0) + 1);
      return { body: { id: 1 } };
    }
    const values = new Map(query);
    const bound = Date.parse(values.get("created_before") ?? "9999-01-01");
    const listed = all.filter(
      (one) => !seen.has(one["iid"] as number) && Date.parse(one["created_at"] as string) <= bound,
    );
    const page = Number(values.get("page") ?? 1);
    const next: [string, string][] = [...query.filter(([name]) => name !== "page"), ["page", String(page + 1)]];
    const body = listed.slice((page - 1) * 100, page * 100);
    return { body, ...(listed.length > page * 100 && { next }) };
  };
  return { gitlab, seen };
}

test("a rule over thousands is done page by page: each once, though the list changes, and the state stays small", () => {
  const policy = `resource_rules:
  issues:
    rules:
      - name: A
        conditions: {state: opened, forbidden_labels: [seen], ruby: "resource[:iid] % 10 != 3"}
        actions: {labels: [seen], comment: "{{author}}"}
`;
  const { gitlab, seen } = pages(2000);
  const { states, outcome } = run(policy, gitlab);
  assert.equal(seen.size, 1800);
  assert.deepEqual([...new Set(seen.values())], [1]);
  const largest = Math.max(...states.map((state) => state.length));
  assert.ok(largest < 60_000, `${largest} bytes`);
  assert.ok(outcome.kind === "succeeded");
  assert.match(outcome.value, /"found":2000,"matched":1800,/);
});

test("a rule with a summary keeps little of each that it found", () => {
  const { gitlab } = pages(1000);
  const { states } = run(
    policyOf("issues", '{comment: "{{author}}", summarize: {title: T, item: "{{title}}"}}'),
    gitlab,
  );
  const largest = Math.max(...states.map((state) => state.length));
  assert.ok(largest < 1000 * 250, `${largest} bytes`);
});

test("more issues of one moment than a page holds are all found, also when what is done takes them off the list", () => {
  const { gitlab, seen } = pages(550, 550);
  run(policyOf("issues", "{labels: [seen]}"), gitlab);
  assert.equal(seen.size, 550);
  assert.deepEqual([...new Set(seen.values())], [1]);
  const { outcome } = run(policyOf("issues", "{}"), pages(500, 500).gitlab);
  assert.ok(outcome.kind === "succeeded");
  assert.match(outcome.value, /"found":500,"matched":500,/);
});

test("of those, what does not match and stays on the list is looked at once", () => {
  const { gitlab, seen } = pages(550, 550);
  const policy = `resource_rules:
  issues:
    rules:
      - name: A
        conditions: {ruby: "resource[:iid].odd?"}
        actions: {labels: [seen]}
`;
  const { outcome } = run(policy, gitlab);
  assert.equal(seen.size, 275);
  assert.ok(outcome.kind === "succeeded");
  assert.match(outcome.value, /"found":550,"matched":275,/);
});
