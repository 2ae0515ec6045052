/** Members of projects and groups, and who asks to become one. */
import { groupRole, isRole, projectRole, roles } from "../model/access.ts";
import { groupAndAbove, type Group, type Member } from "../model/group.ts";
import { groupOf, type Project } from "../model/project.ts";
import { addMember, changeMember, denyAccess, removeMember, requestAccess } from "../operations/people.ts";
import { badParameter, badRequest, notFound, Refusal } from "../operations/refusal.ts";
import { offsetPage } from "../paging/offset.ts";
import { accessRequestView, memberView } from "../views/user-view.ts";
import {
  created,
  del,
  get,
  noContent,
  ok,
  post,
  put,
  sessionOf,
  signedIn,
  type Answer,
  type Call,
  type Route,
} from "./call.ts";
import { findUser, groupOfCall, numberOf, projectOf, requireRole } from "./found.ts";
import { clearable, day, integer, integers, optional, params, required, text, texts } from "./params.ts";

type Owner = Project | Group;

export const memberRoutes = [
  ...routesOf("/projects/:id", signedIn(projectOf)),
  ...routesOf("/groups/:id", signedIn(groupOfCall)),
];

function routesOf(base: string, find: (call: Call) => Owner): Route[] {
  return [
    get(`${base}/members`, (call) => list(call, ownMembers(find(call)))),
    get(`${base}/members/all`, (call) => list(call, allMembers(find(call)))),
    post(`${base}/members`, (call) => add(call, find(call))),
    get(`${base}/members/:user_id`, (call) => ok(memberView(call.world, memberOf(call, ownMembers(find(call)))))),
    get(`${base}/members/all/:user_id`, (call) => ok(memberView(call.world, memberOf(call, allMembers(find(call)))))),
    put(`${base}/members/:user_id`, (call) => change(call, find(call))),
    del(`${base}/members/:user_id`, (call) => remove(call, find(call))),
    get(`${base}/access_requests`, (call) => listRequests(call, find(call))),
    post(`${base}/access_requests`, (call) => request(call, find(call))),
    put(`${base}/access_requests/:user_id/approve`, (call) => approve(call, find(call))),
    del(`${base}/access_requests/:user_id`, (call) => deny(call, find(call))),
  ];
}

function ownMembers({ members }: Owner): Member[] {
  return [...members.values()];
}

/** Those of the groups above too; of somebody who is in several, the highest role. */
function allMembers(owner: Owner): Member[] {
  const groups = owner.kind === "project" ? groupAndAbove(groupOf(owner)) : groupAndAbove(owner.parent);
  const best = new Map<number, Member>();
  for (const { members } of [owner, ...groups]) {
    for (const [id, member] of members) {
      const present = best.get(id);
      if (present === undefined || present.level < member.level) best.set(id, member);
    }
  }
  return [...best.values()];
}

const listParams = params({
  query: optional(text),
  user_ids: optional(integers),
  skip_users: optional(integers),
  state: optional(text),
});

function list(call: Call, members: Member[]): Answer {
  const { query, user_ids: ids, skip_users: skipped } = listParams(call.input);
  const search = query?.toLowerCase();
  const wanted = members.filter(({ user }) => {
    const isFound =
      search === undefined ||
      [user.name, user.username, user.email].some((part) => part.toLowerCase().includes(search));
    return isFound && (ids === undefined || ids.includes(user.id)) && skipped?.includes(user.id) !== true;
  });
  return offsetPage(
    call,
    wanted.toSorted((a, b) => a.user.id - b.user.id),
    (member) => memberView(call.world, member),
  );
}

/** Throws 404. */
function memberOf(call: Call, members: Member[]): Member {
  const member = members.find(({ user }) => user.id === numberOf(call, "user_id"));
  if (member === undefined) throw new Refusal(404, { message: "404 Not found" });
  return member;
}

/** Maintainers manage a project's members, owners a group's. */
function requireManager(call: Call, owner: Owner): void {
  if (owner.kind === "project") requireRole(call, projectRole(call.user, owner), roles.maintainer);
  else requireRole(call, groupRole(call.user, owner), roles.owner);
}

const addParams = params({
  access_level: required(integer),
  user_id: optional(texts),
  username: optional(texts),
  expires_at: clearable(day),
});

function add(call: Call, owner: Owner): Answer {
  requireManager(call, owner);
  const raw = call.input["user_id"];
  const input = typeof raw === "number" ? { ...call.input, user_id: String(raw) } : call.input;
  const { access_level: level, user_id: ids, username: names, expires_at: expiresAt } = addParams(input);
  checkLevel(level);
  const wanted = (ids ?? names)?.flatMap((text) => text.split(","));
  if (wanted === undefined) throw badParameter("user_id, username are missing, exactly one parameter must be provided");
  const session = sessionOf(call);
  const members = wanted.map((one) => {
    const user = findUser(call.world, one.trim());
    if (user === undefined) throw notFound("User");
    return addMember(session, owner, { user, level, expiresAt });
  });
  return created(members.length === 1 ? memberView(call.world, members[0]!) : { status: "success" });
}

function checkLevel(level: number): void {
  if (!isRole(level)) throw badParameter("access_level does not have a valid value");
}

const changeParams = params({ access_level: required(integer), expires_at: clearable(day) });

function change(call: Call, owner: Owner): Answer {
  requireManager(call, owner);
  const member = memberOf(call, ownMembers(owner));
  const { access_level: level, expires_at: expiresAt } = changeParams(call.input);
  checkLevel(level);
  changeMember(sessionOf(call), owner, member, { level, expiresAt });
  return ok(memberView(call.world, member));
}

/** Everybody may leave; the last owner of a group stays. */
function remove(call: Call, owner: Owner): Answer {
  const session = sessionOf(call);
  const member = memberOf(call, ownMembers(owner));
  if (member.user !== session.user) requireManager(call, owner);
  const owners = ownMembers(owner).filter(({ level }) => level === roles.owner);
  if (owner.kind === "group" && owners.length === 1 && owners[0] === member && owner.parent === undefined) {
    throw badRequest("The last owner cannot be removed");
  }
  removeMember(session, owner, member);
  return noContent();
}

function listRequests(call: Call, owner: Owner): Answer {
  requireManager(call, owner);
  return offsetPage(call, [...owner.accessRequests.values()], (one) => accessRequestView(call.world, one));
}

function request(call: Call, owner: Owner): Answer {
  const session = sessionOf(call);
  if (allMembers(owner).some(({ user }) => user === session.user)) throw badRequest("You are already a member");
  requestAccess(session, owner);
  return created(accessRequestView(call.world, owner.accessRequests.get(session.user.id)!));
}

const approveParams = params({ access_level: optional(integer) });

function approve(call: Call, owner: Owner): Answer {
  requireManager(call, owner);
  const found = owner.accessRequests.get(numberOf(call, "user_id"));
  if (found === undefined) throw notFound("Access Request");
  const level = approveParams(call.input).access_level ?? roles.developer;
  checkLevel(level);
  return created(memberView(call.world, addMember(sessionOf(call), owner, { user: found.user, level })));
}

function deny(call: Call, owner: Owner): Answer {
  const session = sessionOf(call);
  const found = owner.accessRequests.get(numberOf(call, "user_id"));
  if (found === undefined) throw notFound("Access Request");
  if (found.user !== session.user) requireManager(call, owner);
  denyAccess(session, owner, found.user);
  return noContent();
}
