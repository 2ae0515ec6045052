/** /user, /users and /personal_access_tokens/self */
import type { User } from "../model/user.ts";
import { createToken, createUser } from "../operations/people.ts";
import { badParameter, forbidden, notFound, unauthorized } from "../operations/refusal.ts";
import { page } from "../paging/keyset.ts";
import { tokenView } from "../views/token-view.ts";
import { basicUser, publicUser, wholeUser } from "../views/user-view.ts";
import { created, del, get, noContent, ok, post, requireUser, type Answer, type Call } from "./call.ts";
import { bool, day, integer, oneOf, optional, params, required, text, texts, time } from "./params.ts";

export const userRoutes = [
  get("/user", (call) => ok(wholeUser(call.world, requireUser(call)))),
  get("/users", list),
  post("/users", create),
  get("/users/:user_id", single),
  post("/users/:user_id/personal_access_tokens", createUserToken),
  post("/users/:user_id/block", (call) => setState(call, "blocked")),
  post("/users/:user_id/unblock", (call) => setState(call, "active")),
  get("/user/status", (call) =>
    ok({ emoji: "", message: requireUser(call) && "", availability: null, message_html: "", clear_status_at: null }),
  ),
  get("/personal_access_tokens/self", (call) => {
    if (call.token === undefined) throw unauthorized();
    return ok(tokenView(call.token));
  }),
  del("/personal_access_tokens/self", (call) => {
    if (call.token === undefined) throw unauthorized();
    call.token.isRevoked = true;
    return noContent();
  }),
];

const listParams = params({
  username: optional(text),
  search: optional(text),
  active: optional(bool),
  blocked: optional(bool),
  external: optional(bool),
  humans: optional(bool),
  exclude_external: optional(bool),
  without_project_bots: optional(bool),
  created_after: optional(time),
  created_before: optional(time),
  order_by: optional(oneOf("id", "name", "username", "created_at", "updated_at")),
  sort: optional(oneOf("asc", "desc")),
});

function list(call: Call): Answer {
  const given = listParams(call.input);
  if (call.user === undefined && given.username === undefined)
    throw forbidden("Not authorized to access /api/v4/users");
  const wanted = [...call.world.users.values()].filter((user) => isWanted(user, given));
  const orders = {
    id: ({ id }: User) => id,
    name: ({ name }: User) => name,
    username: ({ username }: User) => username,
    created_at: ({ createdAt }: User) => createdAt,
    updated_at: ({ createdAt }: User) => createdAt,
  };
  const value = orders[given.order_by ?? "id"];
  const sign = given.sort === "asc" ? 1 : -1;
  wanted.sort((a, b) => sign * (value(a) === value(b) ? a.id - b.id : value(a) < value(b) ? -1 : 1));
  return page(call, wanted, {
    orders,
    id: ({ id }) => id,
    style: "cursor",
    defaults: { orderBy: "id", sort: "desc" },
    view: (user) => (call.user?.isAdmin === true ? wholeUser(call.world, user) : basicUser(call.world, user)),
  });
}

function isWanted(user: User, given: ReturnType<typeof listParams>): boolean {
  const search = given.search?.toLowerCase();
  const isFound =
    search === undefined ||
    [user.name, user.username].some((value) => value.toLowerCase().includes(search)) ||
    user.email.toLowerCase() === search;
  return (
    isFound &&
    (given.username === undefined || user.username.toLowerCase() === given.username.toLowerCase()) &&
    (given.active !== true || user.state === "active") &&
    (given.blocked !== true || user.state === "blocked") &&
    (given.external !== true || user.isExternal) &&
    (given.exclude_external !== true || !user.isExternal) &&
    ((given.humans !== true && given.without_project_bots !== true) || !user.isBot) &&
    (given.created_after === undefined || user.createdAt >= given.created_after) &&
    (given.created_before === undefined || user.createdAt <= given.created_before)
  );
}

function userOf({ world, ids }: Call): User {
  const id = ids["user_id"]!;
  if (!/^\d+$/.test(id)) throw badParameter("id is invalid");
  const user = world.users.get(Number(id));
  if (user === undefined) throw notFound("User");
  return user;
}

function single(call: Call): Answer {
  const user = userOf(call);
  const isWhole = call.user?.isAdmin === true;
  return ok(isWhole ? wholeUser(call.world, user) : publicUser(call.world, user));
}

function requireAdmin(call: Call): void {
  if (!requireUser(call).isAdmin) throw forbidden();
}

const createParams = params({
  email: required(text),
  name: required(text),
  username: required(text),
  admin: optional(bool),
  external: optional(bool),
  public_email: optional(text),
  bio: optional(text),
});

function create(call: Call): Answer {
  requireAdmin(call);
  const { admin: isAdmin, external: isExternal, public_email: publicEmail, ...given } = createParams(call.input);
  return created(wholeUser(call.world, createUser(call.world, { ...given, isAdmin, isExternal, publicEmail })));
}

const tokenParams = params({ name: required(text), scopes: required(texts), expires_at: optional(day) });

function createUserToken(call: Call): Answer {
  requireAdmin(call);
  const { expires_at: expiresAt, ...given } = tokenParams(call.input);
  const token = createToken(call.world, { ...given, user: userOf(call), expiresAt });
  return created({ ...tokenView(token), token: token.value });
}

const stateParams = params({ reason: optional(text), user_id: optional(integer) });

function setState(call: Call, state: User["state"]): Answer {
  requireAdmin(call);
  stateParams(call.input);
  userOf(call).state = state;
  return created(true);
}
