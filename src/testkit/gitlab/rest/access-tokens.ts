/** /projects/:id/access_tokens and /groups/:id/access_tokens, and CI/CD variables */
import { isRole, roles } from "../model/access.ts";
import type { Group } from "../model/group.ts";
import type { Project } from "../model/project.ts";
import type { Token } from "../model/token.ts";
import { createResourceToken } from "../operations/people.ts";
import { badParameter, notFound, Refusal } from "../operations/refusal.ts";
import { offsetPage } from "../paging/offset.ts";
import { tokenView } from "../views/token-view.ts";
import { created, del, get, noContent, ok, post, put, sessionOf, type Answer, type Call, type Route } from "./call.ts";
import { groupFor, numberOf, projectFor } from "./found.ts";
import { bool, day, integer, oneOf, optional, params, required, text, texts } from "./params.ts";

type Owner = Project | Group;

const variables = "/projects/:id/variables";

export const accessTokenRoutes = [
  ...routesOf("/projects/:id/access_tokens", (call) => projectFor(call, roles.maintainer)),
  ...routesOf("/groups/:id/access_tokens", (call) => groupFor(call, roles.owner)),
  get(variables, (call) =>
    offsetPage(call, [...projectFor(call, roles.maintainer).variables.values()], (one) => ({ ...one })),
  ),
  post(variables, addVariable),
  get(`${variables}/:key`, (call) => ok({ ...variableOf(call) })),
  put(`${variables}/:key`, changeVariable),
  del(`${variables}/:key`, removeVariable),
];

function routesOf(path: string, find: (call: Call) => Owner): Route[] {
  return [
    get(path, (call) => offsetPage(call, tokensOf(call, find(call)), (token) => view(token))),
    post(path, (call) => create(call, find(call))),
    get(`${path}/:token_id`, (call) => ok(view(tokenOf(call, find(call))))),
    del(`${path}/:token_id`, (call) => revoke(call, find(call))),
  ];
}

function tokensOf({ world }: Call, owner: Owner): Token[] {
  return [...world.tokens.values()].filter((token) => token.owner === owner && !token.isRevoked);
}

function tokenOf(call: Call, owner: Owner): Token {
  const token = tokensOf(call, owner).find(({ id }) => id === numberOf(call, "token_id"));
  if (token === undefined) throw notFound(`${owner.kind === "project" ? "Project" : "Group"} Access Token`);
  return token;
}

function view(token: Token): Record<string, unknown> {
  return { ...tokenView(token), access_level: token.owner?.members.get(token.user.id)?.level ?? roles.maintainer };
}

const createParams = params({
  name: required(text),
  scopes: required(texts),
  access_level: optional(integer),
  expires_at: optional(day),
  description: optional(text),
});

function create(call: Call, owner: Owner): Answer {
  const { name, scopes, access_level: level, expires_at: expiresAt } = createParams(call.input);
  if (level !== undefined && !isRole(level)) throw badParameter("access_level does not have a valid value");
  const token = createResourceToken(sessionOf(call), owner, {
    name,
    scopes,
    level: level ?? roles.maintainer,
    expiresAt: expiresAt ?? null,
  });
  return created({ ...view(token), token: token.value });
}

function revoke(call: Call, owner: Owner): Answer {
  tokenOf(call, owner).isRevoked = true;
  return noContent();
}

const variableParams = params({
  key: required(text),
  value: required(text),
  variable_type: optional(oneOf("env_var", "file")),
  protected: optional(bool),
  masked: optional(bool),
  raw: optional(bool),
  environment_scope: optional(text),
  description: optional(text),
});

function addVariable(call: Call): Answer {
  const project = projectFor(call, roles.maintainer);
  const given = variableParams(call.input);
  if (!/^\w+$/.test(given.key))
    throw new Refusal(400, { message: { key: ["can contain only letters, digits and '_'."] } });
  if (project.variables.has(given.key))
    throw new Refusal(400, { message: { key: [`(${given.key}) has already been taken`] } });
  const variable = {
    variable_type: given.variable_type ?? "env_var",
    key: given.key,
    value: given.value,
    hidden: false,
    protected: given.protected ?? false,
    masked: given.masked ?? false,
    raw: given.raw ?? false,
    environment_scope: given.environment_scope ?? "*",
    description: given.description ?? null,
  };
  project.variables.set(given.key, variable);
  return created({ ...variable });
}

function variableOf(call: Call): Record<string, unknown> {
  const variable = projectFor(call, roles.maintainer).variables.get(call.ids["key"]!);
  if (variable === undefined) throw notFound("Variable");
  return variable;
}

const changeParams = params({
  value: optional(text),
  variable_type: optional(oneOf("env_var", "file")),
  protected: optional(bool),
  masked: optional(bool),
  raw: optional(bool),
  environment_scope: optional(text),
  description: optional(text),
});

function changeVariable(call: Call): Answer {
  const variable = variableOf(call);
  for (const [name, value] of Object.entries(changeParams(call.input))) if (value !== undefined) variable[name] = value;
  return ok({ ...variable });
}

function removeVariable(call: Call): Answer {
  variableOf(call);
  projectFor(call, roles.maintainer).variables.delete(call.ids["key"]!);
  return noContent();
}
