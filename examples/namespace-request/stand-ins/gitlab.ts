/** Stands in for GitLab: one project, its issues, and a page on which a person approves or denies. */
import { field, serve, type Answer, type Call, type StandIn } from "./calls.ts";

interface Issue {
  iid: number;
  title: string;
  description: string;
  state: "opened" | "closed";
  labels: string[];
}

const project = { id: 7, name: "Approvals", path: "approvals", path_with_namespace: "platform/approvals" };
const root = `/api/v4/projects/${project.id}/issues`;

export interface GitLabOptions {
  port: number;
  token: string;
  show: (call: Call, status: number) => void;
}

export async function startGitLab({ port, token, show }: GitLabOptions): Promise<StandIn> {
  const issues: Issue[] = [];
  const standIn = await serve(port, answer, show);
  return standIn;

  function answer(call: Call): Answer {
    if (call.path === "/") return { status: 200, html: page(issues) };
    const decision = /^\/decide\/(\d+)\/(approved|denied)$/.exec(call.path);
    if (decision !== null && call.method === "POST") return decide(Number(decision[1]), decision[2]!);
    if (call.headers["private-token"] !== token) return { status: 401, body: { message: "401 Unauthorized" } };
    if (call.path === "/api/v4/projects" && call.method === "GET") return { status: 200, body: search(call) };
    if (call.path === root && call.method === "POST") return create(call);
    const issue = issues.find(({ iid }) => call.path === `${root}/${iid}`);
    if (issue === undefined) return { status: 404, body: { message: "404 Not found" } };
    if (call.method === "PUT") change(issue, call);
    return { status: 200, body: shown(issue) };
  }

  /** As GitLab's search does: anywhere in the name. */
  function search({ query }: Call): unknown[] {
    const wanted = (query.get("search") ?? "").toLowerCase();
    const older = { id: 3, name: "Old approvals", path: "old-approvals", path_with_namespace: "archive/old-approvals" };
    return [older, project].filter(({ path }) => path.includes(wanted));
  }

  function create({ body }: Call): Answer {
    const title = field(body, "title");
    if (typeof title !== "string" || title === "") return { status: 400, body: { error: "title is missing" } };
    const description = field(body, "description");
    const issue: Issue = {
      iid: issues.length + 1,
      title,
      description: typeof description === "string" ? description : "",
      state: "opened",
      labels: [],
    };
    issues.push(issue);
    return { status: 201, body: shown(issue) };
  }

  function change(issue: Issue, { query, body }: Call): void {
    const given = (name: string) => query.get(name) ?? field(body, name);
    if (given("state_event") === "close") issue.state = "closed";
    const labels = given("add_labels");
    if (typeof labels === "string") issue.labels = [...new Set([...issue.labels, ...labels.split(",")])].toSorted();
  }

  function decide(iid: number, label: string): Answer {
    issues.find((issue) => issue.iid === iid)?.labels.push(label);
    return { status: 303, location: "/" };
  }

  function shown(issue: Issue): unknown {
    return { ...issue, project_id: project.id, web_url: `${standIn.url}/#${issue.iid}` };
  }
}

function page(issues: readonly Issue[]): string {
  const rows = issues.map(
    ({ iid, title, description, state, labels }) =>
      `<li><b>#${iid} ${escape(title)}</b> ${escape(description)} <i>${state} ${labels.map(escape).join(", ")}</i>
       <form method="post"><button formaction="/decide/${iid}/approved">approved</button>
       <button formaction="/decide/${iid}/denied">denied</button></form></li>`,
  );
  return `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Approvals</title>
    <style>body { font: 16px sans-serif; max-width: 40em; margin: 2em auto }</style><h1>Approvals</h1>
    ${rows.length === 0 ? "<p>No issue yet.</p>" : `<ul>${rows.join("")}</ul>`}`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
