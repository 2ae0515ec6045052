import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { GitLabClient } from "./gitlab-client.ts";
import { GitLabSource, type GitLabSourceOptions } from "./gitlab-source.ts";
import { CollectingLog, CollectingSink, HandClock, hastyClock, flows, linesAtScript } from "./testing.ts";

const script = ".gitlab/autoflow/main.star";

/** As much of GitLab as there has to be: one repository, whose branches point at commits, which hold files. */
class Repository {
  readonly requests: string[] = [];
  readonly commits = new Map<string, Record<string, string>>();
  branches = new Map<string, string>();
  /** Answered to every request instead of content. */
  status: number | undefined;

  push(branch: string, commit: string, files: Record<string, string>): void {
    this.commits.set(commit, files);
    this.branches.set(branch, commit);
  }

  answer(url: URL): { status: number; text: string } {
    this.requests.push(url.pathname + url.search);
    if (this.status !== undefined) return { status: this.status, text: "{}" };
    const list = /^\/api\/v4\/projects\/(?:42|atlas%2Fbeacon)\/repository\/commits$/.test(url.pathname);
    const file = /^\/api\/v4\/projects\/(?:42|atlas%2Fbeacon)\/repository\/files\/([^/]+)\/raw$/.exec(url.pathname);
    const tree = /^\/api\/v4\/projects\/42\/repository\/tree$/.test(url.pathname);
    if (tree && url.searchParams.get("recursive") === "true") return { status: 200, text: this.#page(url) };
    if (list) return { status: 200, text: JSON.stringify(this.#newest(url.searchParams.get("ref_name") ?? "main")) };
    const text =
      file === null ? undefined : this.commits.get(url.searchParams.get("ref")!)?.[decodeURIComponent(file[1]!)];
    return text === undefined ? { status: 404, text: "{}" } : { status: 200, text };
  }

  #page({ searchParams }: URL): string {
    const files = Object.entries(this.commits.get(searchParams.get("ref")!) ?? {});
    const [page, size] = [Number(searchParams.get("page")), Number(searchParams.get("per_page"))];
    const some = files.slice((page - 1) * size, page * size);
    return JSON.stringify(some.map(([path, text]) => ({ id: `blob ${text}`, type: "blob", path })));
  }

  #newest(branch: string): unknown[] {
    const id = this.branches.get(branch);
    return id === undefined ? [] : [{ id, author_name: "Mara Lindqvist", author_email: "mara@example.com" }];
  }
}

async function gitlab(more: Partial<GitLabSourceOptions> = {}) {
  const repository = new Repository();
  const server = createServer((request, response) => {
    const { status, text } = repository.answer(new URL(request.url!, "http://x"));
    response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sink = new CollectingSink();
  const log = new CollectingLog();
  const clock = new HandClock();
  const client = new GitLabClient({ url, clock: hastyClock });
  const source = new GitLabSource({ client, project: "42", languages: [linesAtScript], sink, log, clock, ...more });
  const dispose = async () => {
    await source.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { repository, source, sink, log, clock, [Symbol.asyncDispose]: dispose };
}

function push(project: string, source = "https://gitlab.example.com/atlas/beacon") {
  return { project, attributes: { id: "1", source, type: "com.gitlab.events.branch_updated" } };
}

describe("a script in GitLab", () => {
  it("is read at the newest commit of the default branch, with all it loads", async () => {
    await using project = await gitlab();
    project.repository.push("main", "c1", { [script]: "load lib/a.star\nload gone", "lib/a.star": "a", other: "" });
    await project.source.start();
    assert.deepEqual(project.sink.puts, [
      {
        project: "42",
        language: "lines",
        sources: {
          entry: script,
          files: new Map([
            [script, "load lib/a.star\nload gone"],
            ["lib/a.star", "a"],
          ]),
          missing: new Map([["gone", { siblings: [] }]]),
        },
        commit: "c1",
        author: "Mara Lindqvist <mara@example.com>",
      },
    ]);
  });

  it("may be in another project's repository, and on another branch", async () => {
    await using project = await gitlab({ project: "7", repository: "atlas/beacon", ref: "release/1" });
    project.repository.push("release/1", "c1", { [script]: "one" });
    await project.source.start();
    assert.equal(project.sink.last?.project, "7");
    assert.equal(
      project.repository.requests[0],
      "/api/v4/projects/atlas%2Fbeacon/repository/commits?per_page=1&ref_name=release%2F1",
    );
  });

  it("is read again only when there is a new commit", async () => {
    await using project = await gitlab();
    const { repository, source, sink } = project;
    repository.push("main", "c1", { [script]: "one" });
    await source.start();
    const before = repository.requests.length;
    await source.refresh();
    assert.equal(repository.requests.length, before + 1);
    repository.push("main", "c2", { [script]: "two" });
    await source.refresh();
    assert.deepEqual(sink.unread, ["put one", "put two"]);
  });

  it("is looked for at an interval", async () => {
    await using project = await gitlab({ intervalMs: 30_000 });
    const { repository, source, sink, clock } = project;
    repository.push("main", "c1", { [script]: "one" });
    await source.start();
    await sink.until("put one");
    for (const text of ["two", "three"]) {
      assert.deepEqual([...clock.timers.values()], [30_000]);
      repository.push("main", text, { [script]: text });
      clock.fire();
      await sink.until(`put ${text}`);
      while (clock.timers.size === 0) await new Promise(setImmediate);
    }
  });

  it("is looked for at once when its repository is pushed to", async () => {
    await using project = await gitlab();
    const { repository, source, sink } = project;
    repository.push("main", "c1", { [script]: "one" });
    await source.start();
    await sink.until("put one");
    repository.push("main", "c2", { [script]: "two" });
    source.notice(push("42"));
    await sink.until("put two");
    const before = repository.requests.length;
    source.notice(push("43"));
    source.notice({ ...push("42"), attributes: { ...push("42").attributes, type: "com.gitlab.events.issue_updated" } });
    await source.refresh();
    assert.equal(repository.requests.length, before + 1);
  });

  it("knows a push by the path of its repository", async () => {
    await using project = await gitlab({ project: "7", repository: "atlas/beacon" });
    const { repository, source, sink } = project;
    await source.start();
    repository.push("main", "c1", { [script]: "one" });
    source.notice(push("42", "https://gitlab.example.com/other/atlas-beacon"));
    source.notice(push("42"));
    await sink.until("put one");
  });

  it("comes and goes", async () => {
    await using project = await gitlab();
    const { repository, source, sink } = project;
    await source.start();
    repository.push("main", "c1", { [script]: "one" });
    await source.refresh();
    repository.push("main", "c2", {});
    await source.refresh();
    await source.refresh();
    repository.push("main", "c3", { [script]: "three" });
    await source.refresh();
    assert.deepEqual(sink.unread, ["42 has nothing", "put one", "42 has nothing", "put three"]);
  });

  it("is missed by name where the repository has none, and no more once it has", async () => {
    await using place = await gitlab();
    const { repository, source } = place;
    assert.equal(source.problem, "the repository has not been read yet");
    await source.refresh();
    assert.equal(source.problem, `42 has neither ${script} nor a workflow`);
    repository.push("main", "c1", { "README.md": "# Beacon" });
    await source.refresh();
    assert.equal(source.problem, `42 has neither ${script} nor a workflow`);
    repository.push("main", "c2", { [script]: "one" });
    await source.refresh();
    assert.equal(source.problem, undefined);
  });

  it("stays in use while GitLab does not answer, which is told once", async () => {
    await using project = await gitlab();
    const { repository, source, sink, log } = project;
    repository.push("main", "c1", { [script]: "one" });
    await source.start();
    for (const status of [401, 404, 404]) {
      repository.status = status;
      await assert.rejects(source.refresh(), { code: "SCRIPT_SOURCE_UNAVAILABLE" });
    }
    repository.status = undefined;
    await source.refresh();
    await source.refresh();
    assert.deepEqual(sink.unread, ["put one"]);
    assert.equal(log.lines.length, 3);
    assert.match(log.lines[0]!, /^warn: the repository could not be read: .*status 401/);
    assert.match(log.lines[1]!, /^warn: .*GitLab shows no repository of project 42/);
    assert.equal(log.lines[2], "info: the repository can be read again");
  });

  it("is found later when GitLab does not answer at the start", async () => {
    await using project = await gitlab();
    const { repository, source, sink, clock } = project;
    repository.push("main", "c1", { [script]: "one" });
    repository.status = 403;
    await source.start();
    assert.deepEqual(sink.unread, []);
    repository.status = undefined;
    clock.fire();
    await sink.until("put one");
  });

  it("is handed over again when the sink did not take it", async () => {
    await using project = await gitlab();
    const { repository, source, sink } = project;
    repository.push("main", "c1", { [script]: "one" });
    sink.failure = new Error("the store is full");
    await assert.rejects(source.refresh(), /the store is full/);
    await source.refresh();
    assert.deepEqual(sink.unread, ["put one"]);
  });

  it("needs the branch that is asked for", async () => {
    await using project = await gitlab({ ref: "gone" });
    await assert.rejects(project.source.refresh(), {
      code: "SCRIPT_SOURCE_UNAVAILABLE",
      message: 'there is no branch or tag "gone" in project 42',
    });
  });

  it("is not looked for after stop", async () => {
    await using project = await gitlab();
    const { repository, source, clock } = project;
    await source.start();
    await source.stop();
    assert.equal(clock.timers.size, 0);
    const before = repository.requests.length;
    source.notice(push("42"));
    assert.equal(repository.requests.length, before);
  });
});

describe("the definitions in GitLab", () => {
  const languages = [linesAtScript, flows];

  it("are found in the tree, page by page, by name and by text", async () => {
    await using project = await gitlab({ languages });
    const files: Record<string, string> = { [script]: "s", "a/b.flow.txt": "load a/spec.yaml", "a/spec.yaml": "spec" };
    for (let i = 0; i < 250; i++) files[`other/${i}.md`] = "";
    files["z.txt"] = "flow z";
    files["y.txt"] = "part y";
    files["node_modules/x.flow.txt"] = "copy";
    project.repository.push("main", "c1", files);
    await project.source.start();
    assert.deepEqual(project.sink.unread, ["put s", "put load a/spec.yaml", "put flow z\nload z.part"]);
    assert.deepEqual([...project.sink.puts[1]!.sources.files.keys()], ["a/b.flow.txt", "a/spec.yaml"]);
    assert.equal(project.sink.puts[1]?.commit, "c1");
    assert.equal(project.sink.last?.sources.files.get("z.part"), "y");
  });

  it("ask for no file that the tree does not have", async () => {
    await using project = await gitlab({ languages });
    project.repository.push("main", "c1", { "a.flow.txt": "load lib/gone.yaml", "lib/near.yaml": "" });
    await project.source.refresh();
    const missing = new Map([["lib/gone.yaml", { siblings: ["near.yaml"] }]]);
    assert.deepEqual(project.sink.last?.sources.missing, missing);
    assert.ok(!project.repository.requests.some((each) => each.includes("gone")));
  });

  it("come, change and go with commits, and no text is read twice only to see what it is", async () => {
    await using project = await gitlab({ languages });
    const { repository, source, sink } = project;
    repository.push("main", "c1", { "a.flow.txt": "a", "plain.txt": "plain" });
    await source.refresh();
    repository.push("main", "c2", { "a.flow.txt": "a2", "plain.txt": "plain", "b.flow.txt": "b" });
    await source.refresh();
    repository.push("main", "c3", { "b.flow.txt": "b" });
    await source.refresh();
    assert.deepEqual(sink.unread, ["put a", "put a2", "put b", "42 has b.flow.txt", "put b"]);
    assert.equal(repository.requests.filter((each) => each.includes("plain.txt")).length, 1);
  });
});
