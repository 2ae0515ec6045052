import assert from "node:assert/strict";
import { test } from "node:test";
import { analysed } from "../testing/analysed.ts";
import { lint } from "./lint.ts";

/** What is said of a call in a handler, and what a fix makes of it. */
function said(call: string): [message: string, fixed?: string] | undefined {
  const text = `def h(w, ev):\n    ${call}\n\non_event(type = "com.example.a", handler = h)\n`;
  const finding = lint(analysed(text)).find(({ rule }) => rule === "gitlab-path");
  if (finding === undefined) return undefined;
  const [edit] = finding.fixes[0]?.edits ?? [];
  if (edit === undefined) return [finding.message];
  const fixed = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
  return [finding.message, fixed.split("\n")[1]!.trim()];
}

test("paths that GitLab does not have are found, also those that are filled in", () => {
  assert.deepEqual(said('w.gitlab.get("https://gitlab.com/api/v4/user")'), [
    "an address; a path is below /api/v4/ of the project's instance",
  ]);
  assert.deepEqual(said('w.gitlab.get("/api/v4/user")'), [
    "a path does not begin with /api/v4/",
    'w.gitlab.get("user")',
  ]);
  assert.deepEqual(said('gitlab.list(path = "projects/:id/issues?state=%s" % ev.state)'), [
    "parameters of the address go into query =",
  ]);
  assert.deepEqual(said('w.gitlab.put("projects/acme/web-app/issues/%d" % ev.iid, body = {})'), [
    "the full path of a project is one segment: projects/acme%2Fweb-app",
  ]);
});

test("other paths and other calls are left alone", () => {
  for (const path of [
    "user",
    "projects/42/issues/7",
    "projects/:id/issues/7/notes",
    "projects/acme%2Fweb/issues/7",
    "groups/acme/epics/2",
  ]) {
    assert.equal(said(`w.gitlab.get("${path}")`), undefined, path);
  }
  assert.equal(said('w.gitlab.get("projects/%d/issues/%d" % (ev.a, ev.b))'), undefined);
  assert.equal(said('w.http.get("https://gitlab.com/api/v4/user?a=b")'), undefined);
  assert.equal(said("w.gitlab.get(ev.path)"), undefined);
});
