import { bare } from "../../analysis/walk.ts";
import { gitlabVerbs } from "../../api/gitlab.ts";
import type { CallExpression, StringLiteral } from "../../syntax/tree.ts";
import { toText } from "../../values/text.ts";
import type { Fix, Rule } from "../rule.ts";
import { replaceContent, spanOf } from "../spans.ts";

const specs = new Set<unknown>(gitlabVerbs);

export const gitlabPath: Rule = {
  name: "gitlab-path",
  severity: "warning",
  doc:
    "A path of `gitlab.get` and its like that GitLab does not have: an address, one that begins with `api/v4`, one with parameters, or a " +
    "project's full path whose slashes are not encoded.",
  bad: `
def handler(w, ev):
    w.gitlab.list("projects/group/project/issues")

on_event(type = "com.example.ping", handler = handler)
`,
  good: `
def handler(w, ev):
    w.gitlab.list("projects/group%2Fproject/issues")

on_event(type = "com.example.ping", handler = handler)
`,
  check({ index, inference, text }, out) {
    for (const call of index.expressions("call")) {
      const callee = inference.typeOf(call.callee);
      if (callee.kind !== "builtin" || !specs.has(callee.spec)) continue;
      const literal = pathOf(call);
      const problem = literal === undefined ? undefined : problemOf(toText(literal.value));
      if (problem === undefined) continue;
      const { message, instead } = problem;
      const fix = (path: string): Fix => ({
        title: `Change to ${path}`,
        edits: [replaceContent(literal!, text, path)],
        safe: true,
      });
      out.report(spanOf(literal!), message, instead === undefined ? {} : { fixes: [fix(instead)] });
    }
  },
};

/** The path as it is written, also where values are filled into it. */
function pathOf({ arguments: given }: CallExpression): StringLiteral | undefined {
  const named = given.find(({ kind, name }) => kind === "named" && name === "path");
  const path = named ?? (given[0]?.kind === "positional" ? given[0] : undefined);
  if (path === undefined) return undefined;
  const value = bare(path.value);
  const template = value.kind === "binary" && value.operator === "%" ? bare(value.left) : value;
  return template.kind === "string" ? template : undefined;
}

function problemOf(path: string): { message: string; instead?: string } | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    return { message: "an address; a path is below /api/v4/ of the project's instance" };
  }
  const prefix = /^\/?api\/v\d+\//.exec(path)?.[0];
  if (prefix !== undefined) {
    return { message: `a path does not begin with ${prefix}`, instead: path.slice(prefix.length) };
  }
  if (path.includes("?")) return { message: "parameters of the address go into query =" };
  // A project is in a group or a user's namespace, so the second segment of its full path is not one of the API's.
  const [, name, next] = /^\/?projects\/([^/]+)\/([^/]+)\//.exec(path) ?? [];
  if (name === undefined || next === undefined || !/^[A-Za-z_][\w.-]*$/.test(name)) return undefined;
  return { message: `the full path of a project is one segment: projects/${name}%2F${next}` };
}
