/** `autoflow run --dry-run` against the simulated GitLab over HTTP: what is read, what is planned, what is left as it was. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { plant } from "../../src/testkit/gitlab/seed/plant.ts";
import { serveGitLab } from "../../src/testkit/gitlab/server/http-server.ts";
import { createSimulatedGitLab, type SimulatedGitLab } from "../../src/testkit/gitlab/simulated-gitlab.ts";
import { Workplace, type Result } from "./command-line.ts";

interface Place extends Workplace {
  gitlab: SimulatedGitLab;
}

async function inPlace(work: (place: Place, dry: (...args: string[]) => Promise<Result>) => Promise<void>) {
  await using workplace = new Workplace();
  let gitlab: SimulatedGitLab | undefined;
  const server = await serveGitLab(0, (url) => {
    gitlab = createSimulatedGitLab({ clock: { now: () => Date.now() }, url });
    const { world, root } = gitlab;
    const issues = [{ title: "Crash", labels: ["bug", "workflow::doing"] }, { title: "Typo" }];
    plant({ world, user: root }, { groups: [{ path: "team" }], projects: [{ path: "team/app", id: 1, issues }] });
    return { gitlab };
  });
  const env = { AUTOFLOW_GITLAB_URL: server.url, AUTOFLOW_GITLAB_TOKEN: "glpat-root", CLOUD_KEY: "k-123456789" };
  try {
    const place = Object.assign(workplace, { gitlab: gitlab! });
    await work(place, (...args) => workplace.runWith(env, "run", "--dry-run", ...args));
  } finally {
    await server.close();
  }
}

function read({ gitlab }: Place, path: string): unknown {
  return gitlab.handle({ method: "GET", path: `/api/v4/${path}`, headers: { "private-token": "glpat-root" } }).body;
}

function everything(place: Place): string {
  const paths = ["projects/1/issues", "projects/1/issues/1/notes", "projects/1/issues/2/notes", "projects/1/labels"];
  return JSON.stringify(paths.map((path) => read(place, path)));
}

interface PrintedPlan {
  writes: { kind: string; method?: string; path?: string; body?: unknown; at: string; afterMs: number }[];
  end: { state: string; why?: string[]; error?: { code: string } };
}

test("a script's plan has every kind of write, and GitLab is as it was", async () => {
  await inPlace(async (place, dry) => {
    place.write(
      "autoflow.yaml",
      'projects:\n  "*":\n    secrets: {KEY: {env: CLOUD_KEY}}\n    vars: {CLOUD: "https://cloud.example"}\n',
    );
    place.write(
      "all.star",
      `load("@autoflow//gitlab.star", "issues")

new = issues.create(1, "New", labels = ["a"])
issues.create_note(1, new, "hello")
print(new.iid, new.state, new.labels, issues.get(1, new).title, gitlab.list("projects/1/issues/0/notes"))
sleep(days = 3)
issues.label(1, 1, add = ["done", "workflow::over"], remove = ["bug"])
issues.close(1, 1)
seen = issues.get(1, 1)
print(seen.title, seen.labels, seen.state)
issues.delete(1, 2)
print(attempt(issues.get, 1, 2).error.details.status_code)
print(attempt(issues.close, 1, 99).error.message)
key = {"authorization": "Bearer " + vars["KEY"]}
print(http.post(vars["CLOUD"] + "/boxes?key=" + vars["KEY"], headers = key, body = '{"key": "' + vars["KEY"] + '"}').json())
emit("com.example.done", {"n": 1}, subject = "box")
print(signal("0198c1d2-0000-7000-8000-000000000000", "go", json.encode({"n": 2})))
print(run("soak", {"n": 3}))
`,
    );
    const before = everything(place);
    const { status, stdout, stderr } = await dry("all.star", "-o", "json");
    assert.equal(everything(place), before);
    assert.deepEqual(stderr.trimEnd().split("\n"), [
      '0 opened ["a"] New []',
      'Crash ["done", "workflow::over"] closed',
      "404",
      "PUT projects/1/issues/99 answered 404 Not Found: 404 Issue Not Found",
      "{}",
      "True",
      "None",
      "9 writes are planned; nothing was written.",
    ]);
    assert.equal(status, 0);
    assert.doesNotMatch(stdout, /k-123456789|glpat/);
    const { writes, end } = JSON.parse(stdout) as PrintedPlan;
    assert.deepEqual(end, { state: "succeeded" });
    const afterMs = 3 * 86_400_000;
    const at = (line: number) => `all.star:${line}`;
    assert.deepEqual(writes, [
      {
        kind: "gitlab",
        method: "POST",
        path: "projects/1/issues",
        body: { title: "New", labels: "a" },
        at: at(3),
        afterMs: 0,
      },
      {
        kind: "gitlab",
        method: "POST",
        path: "projects/1/issues/0/notes",
        body: { body: "hello" },
        at: at(4),
        afterMs: 0,
      },
      {
        kind: "gitlab",
        method: "PUT",
        path: "projects/1/issues/1",
        body: { add_labels: "done,workflow::over", remove_labels: "bug,workflow::doing" },
        at: at(7),
        afterMs,
      },
      {
        kind: "gitlab",
        method: "PUT",
        path: "projects/1/issues/1",
        body: { state_event: "close" },
        at: at(8),
        afterMs,
      },
      { kind: "gitlab", method: "DELETE", path: "projects/1/issues/2", at: at(11), afterMs },
      {
        kind: "http",
        method: "POST",
        url: "https://cloud.example/boxes?key=***",
        body: '{"key": "***"}',
        at: at(15),
        afterMs,
      },
      { kind: "emit", type: "com.example.done", subject: "box", data: { n: 1 }, at: at(16), afterMs },
      {
        kind: "signal",
        run: "0198c1d2-0000-7000-8000-000000000000",
        name: "go",
        payload: { n: 2 },
        at: at(17),
        afterMs,
      },
      { kind: "spawn", name: "soak", input: { n: 3 }, at: at(18), afterMs },
    ]);
  });
});

const handlers = `def tell(w, ev):
    w.gitlab.post("projects/:id/issues/%d/notes" % ev.data.object_attributes.iid, body = {"body": "Hello " + ev.data.user.name})

def ask(w, ev):
    w.gitlab.put("projects/:id/issues/1", body = {"labels": "asked"})
    print(w.ask(title = "Really?"))
    w.gitlab.put("projects/:id/issues/1", body = {"labels": "answered"})

def daily(w, ev):
    w.gitlab.post("projects/1/issues", body = {"title": "For " + ev.data.scheduled_at[:2] + "xx"})

on_event(type = "com.gitlab.events.issue_opened", handler = tell)
on_event(type = "com.example.asked", handler = ask)
on_schedule(cron = "0 7 * * *", handler = daily)
`;

test("a handler's plan, for data, for an event as it came, and for the clock", async () => {
  await inPlace(async (place, dry) => {
    const file = ".gitlab/autoflow/main.star";
    place.write(file, handlers);
    const data = { project: { id: 1 }, user: { name: "Ann" }, object_attributes: { iid: 2 } };
    place.write("event.json", JSON.stringify(data));
    const before = everything(place);
    const told = await dry(file, "--trigger", "tell", "--event", "@event.json");
    assert.equal(told.stdout, `1. gitlab POST projects/1/issues/2/notes  (${file}:2)\n   {"body":"Hello Ann"}\n`);
    assert.equal(told.stderr, "1 write is planned; nothing was written.\n");
    assert.equal(told.status, 0);

    const event = { specversion: "1.0", id: "7", source: "/test", type: "com.example.asked", data: {} };
    const asked = await dry(file, "-p", "1", "--trigger", "ask", "--event", JSON.stringify(event));
    assert.match(asked.stdout, /^1\. gitlab PUT projects\/1\/issues\/1 .*\n {3}\{"labels":"asked"\}\n$/);
    assert.match(asked.stderr, /The plan ends here: it waits for a person: "Really\?"\.\n/);
    assert.equal(asked.status, 0);

    const daily = await dry(file, "--trigger", "daily");
    assert.match(daily.stdout, /"title":"For 20xx"/);
    assert.equal(everything(place), before);
  });
});

test("what ends a plan: an event, a signal, a call that looks again, years of sleep, a failure", async () => {
  await inPlace(async (place, dry) => {
    const planned = async (text: string): Promise<[PrintedPlan["end"], number | null]> => {
      place.write("end.star", text);
      const { stdout, stderr, status } = await dry("end.star", "-o", "json");
      assert.notEqual(stdout, "", stderr);
      return [(JSON.parse(stdout) as PrintedPlan).end, status];
    };
    const why = async (text: string): Promise<string> => {
      const [end, status] = await planned(text);
      assert.deepEqual([end.state, status], ["stopped", 0]);
      return end.why!.join("\n");
    };
    assert.match(
      await why('wait_for_event(type = "com.example.x", timeout = "1h")'),
      /it waits for an event: com\.example\.x/,
    );
    assert.match(await why('signal_channel("go").receive()'), /it waits for a signal "go"/);
    const looking = 'while gitlab.get("projects/1/issues/1").state == "opened":\n    sleep(minutes = 1)\n';
    assert.match(await why(looking), /the same call again and again, at end\.star:1/);
    assert.match(await why("while True:\n    sleep(days = 7)\n"), /it sleeps for more than 366d/);
    const [end, status] = await planned('gitlab.get("projects/1/issues/77")');
    assert.deepEqual([end.state, end.error?.code, status], ["failed", "GITLAB_STATUS", 1]);
  });
});

test("what does not fit is refused before anything is read", async () => {
  await using place = new Workplace();
  const file = place.write(".gitlab/autoflow/main.star", handlers);
  place.write("driver.star", 'print("hello")\n');
  const refused = async (message: RegExp, ...args: string[]): Promise<void> => {
    const { status, stderr } = await place.run("run", ...args);
    assert.match(stderr, message);
    assert.equal(status, 2);
  };
  await refused(/several handlers[^]*--trigger: tell, ask, daily/, "-n", file);
  await refused(/there is no handler "tel"/, "-n", file, "--trigger", "tel");
  await refused(/the handler tell needs an event/, "-n", file, "--trigger", "tell");
  const other = JSON.stringify({ specversion: "1.0", id: "1", source: "/x", type: "com.example.other" });
  await refused(/tell is not for this event/, "-n", file, "--trigger", "tell", "--event", other);
  await refused(/registers no handlers/, "-n", "driver.star", "--event", "{}");
  await refused(/--event and --output are for dry runs/, "driver.star", "--event", "{}", "-o", "json");
});
