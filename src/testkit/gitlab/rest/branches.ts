/** Branches, protected branches and tags */
import { projectRole, roles } from "../model/access.ts";
import type { Project } from "../model/project.ts";
import {
  matchesWildcard,
  protectionOf,
  resolveRef,
  type AccessRule,
  type ProtectedBranch,
  type Tag,
} from "../model/repository.ts";
import { nextId } from "../model/world.ts";
import { moveBranch, moveTag } from "../operations/pushes.ts";
import { conflict, forbidden, notFound, Refusal } from "../operations/refusal.ts";
import { offsetPage } from "../paging/offset.ts";
import { branchView, protectedBranchView, tagView } from "../views/repository-view.ts";
import { created, del, get, noContent, ok, patch, post, put, sessionOf, type Answer, type Call } from "./call.ts";
import { findUser, projectFor, repositoryOf } from "./found.ts";
import { bool, hashes, integer, oneOf, optional, params, required, text } from "./params.ts";

const branches = "/projects/:id/repository/branches";
const tags = "/projects/:id/repository/tags";
const protections = "/projects/:id/protected_branches";

export const branchRoutes = [
  get(branches, listBranches),
  post(branches, createBranch),
  get(`${branches}/:branch`, (call) => ok(showBranch(call, repositoryOf(call), call.ids["branch"]!))),
  del(`${branches}/:branch`, removeBranch),
  del("/projects/:id/repository/merged_branches", removeMerged),
  get(protections, listProtections),
  post(protections, protect),
  get(`${protections}/:name`, (call) =>
    ok(protectedBranchView(protectionNamed(call, projectFor(call, roles.reporter)))),
  ),
  patch(`${protections}/:name`, changeProtection),
  del(`${protections}/:name`, unprotect),
  put(`${branches}/:branch/protect`, protectByBranch),
  put(`${branches}/:branch/unprotect`, unprotectByBranch),
  get(tags, listTags),
  post(tags, createTag),
  get(`${tags}/:tag_name`, (call) => {
    const project = repositoryOf(call);
    return ok(tagView(call.world, project, tagOf(call, project)));
  }),
  del(`${tags}/:tag_name`, removeTag),
];

const listParams = params({
  search: optional(text),
  regex: optional(text),
  order_by: optional(oneOf("name", "updated", "version")),
  sort: optional(text),
});

/** "^feature" begins so, "lamp$" ends so, "lamp" is somewhere in it. */
function matchesSearch(name: string, search: string | undefined): boolean {
  if (search === undefined) return true;
  const plain = search.replace(/^\^/, "").replace(/\$$/, "");
  if (search.startsWith("^") && !name.startsWith(plain)) return false;
  if (search.endsWith("$") && !name.endsWith(plain)) return false;
  return name.includes(plain);
}

function listBranches(call: Call): Answer {
  const project = repositoryOf(call);
  const { search } = listParams(call.input);
  const names = [...project.repository.branches.keys()].filter((name) => matchesSearch(name, search)).toSorted();
  return offsetPage(call, names, (name) => branchView(call.world, project, name, call.user));
}

function showBranch(call: Call, project: Project, name: string): Record<string, unknown> {
  if (!project.repository.branches.has(name)) throw notFound("Branch");
  return branchView(call.world, project, name, call.user);
}

const branchParams = params({ branch: required(text), ref: required(text) });

function createBranch(call: Call): Answer {
  const project = projectFor(call, roles.developer);
  const { branch, ref } = branchParams(call.input);
  checkRefName(branch, "Branch name is invalid");
  if (project.repository.branches.has(branch)) throw badMessage("Branch already exists");
  const commit = resolveRef(project.repository, ref);
  if (commit === undefined) throw badMessage(`Invalid reference name: ${ref}`);
  moveBranch(sessionOf(call), project, branch, commit.sha);
  return created(branchView(call.world, project, branch, call.user));
}

function badMessage(message: string): Refusal {
  return new Refusal(400, { message });
}

/** As Git has it for names of refs. */
function checkRefName(name: string, message: string): void {
  const isBad = name === "" || /[\s~^:?*[\\\p{Cc}]|\.\.|@\{|\/\/|^[/.-]|\/\.|[/.]$|\.lock$/u.test(name);
  if (isBad) throw badMessage(message);
}

function removeBranch(call: Call): Answer {
  const project = projectFor(call, roles.developer);
  const name = call.ids["branch"]!;
  if (!project.repository.branches.has(name)) throw notFound("Branch");
  if (name === project.repository.defaultBranch) throw new Refusal(405, { message: "405 Method Not Allowed" });
  if (protectionOf(project.repository, name) !== undefined) throw forbidden();
  moveBranch(sessionOf(call), project, name, undefined);
  return noContent();
}

function removeMerged(call: Call): Answer {
  const project = projectFor(call, roles.developer);
  const { repository } = project;
  const session = sessionOf(call);
  const merged = [...repository.branches.keys()].filter(
    (name) => branchView(call.world, project, name, call.user)["merged"] === true,
  );
  for (const name of merged)
    if (protectionOf(repository, name) === undefined) moveBranch(session, project, name, undefined);
  return { status: 202, body: { message: "202 Accepted" } };
}

function listProtections(call: Call): Answer {
  const project = projectFor(call, roles.reporter);
  const search = text.parse(call.input["search"]);
  const wanted = project.repository.protectedBranches.filter(
    ({ name }) => search === undefined || name.includes(search),
  );
  return offsetPage(call, wanted, protectedBranchView);
}

/** By the name as it was given, perhaps with "*". Throws 404. */
function protectionNamed(call: Call, { repository }: Project): ProtectedBranch {
  const found = repository.protectedBranches.find(({ name }) => name === call.ids["name"]);
  if (found === undefined) throw new Refusal(404, { message: "404 Not found" });
  return found;
}

const protectParams = params({
  name: required(text),
  push_access_level: optional(integer),
  merge_access_level: optional(integer),
  unprotect_access_level: optional(integer),
  allow_force_push: optional(bool),
  code_owner_approval_required: optional(bool),
  allowed_to_push: optional(hashes),
  allowed_to_merge: optional(hashes),
});

function protect(call: Call): Answer {
  const project = projectFor(call, roles.maintainer);
  const given = protectParams(call.input);
  const { protectedBranches } = project.repository;
  if (protectedBranches.some(({ name }) => name === given.name))
    throw conflict(`Protected branch '${given.name}' already exists`);
  const branch: ProtectedBranch = {
    id: nextId(call.world, "protected branch"),
    name: given.name,
    pushRules: rulesOf(call, given.push_access_level, given.allowed_to_push),
    mergeRules: rulesOf(call, given.merge_access_level, given.allowed_to_merge),
    allowForcePush: given.allow_force_push ?? false,
    codeOwnerApprovalRequired: given.code_owner_approval_required ?? false,
  };
  protectedBranches.push(branch);
  return created(protectedBranchView(branch));
}

function rulesOf(call: Call, level: number | undefined, allowed: Record<string, unknown>[] | undefined): AccessRule[] {
  const named = (allowed ?? []).map((one): AccessRule => {
    const userId = integer.parse(one["user_id"]);
    const user = userId === undefined ? undefined : findUser(call.world, userId);
    return {
      id: nextId(call.world, "access rule"),
      level: integer.parse(one["access_level"]) ?? roles.maintainer,
      user,
    };
  });
  if (named.length > 0 && level === undefined) return named;
  return [
    { id: nextId(call.world, "access rule"), level: checkLevel(level ?? roles.maintainer), user: undefined },
    ...named,
  ];
}

function checkLevel(level: number): number {
  const allowed = [0, roles.developer, roles.maintainer, 60];
  if (!allowed.includes(level)) throw new Refusal(400, { error: "push_access_level does not have a valid value" });
  return level;
}

const changeParams = params({
  allow_force_push: optional(bool),
  code_owner_approval_required: optional(bool),
  allowed_to_push: optional(hashes),
  allowed_to_merge: optional(hashes),
});

function changeProtection(call: Call): Answer {
  const branch = protectionNamed(call, projectFor(call, roles.maintainer));
  const given = changeParams(call.input);
  if (given.allow_force_push !== undefined) branch.allowForcePush = given.allow_force_push;
  if (given.code_owner_approval_required !== undefined)
    branch.codeOwnerApprovalRequired = given.code_owner_approval_required;
  branch.pushRules = changedRules(call, branch.pushRules, given.allowed_to_push);
  branch.mergeRules = changedRules(call, branch.mergeRules, given.allowed_to_merge);
  return ok(protectedBranchView(branch));
}

/** Rules with an id and `_destroy` go, others come. */
function changedRules(call: Call, present: AccessRule[], changes: Record<string, unknown>[] | undefined): AccessRule[] {
  if (changes === undefined) return present;
  const gone = new Set(
    changes.filter((one) => bool.parse(one["_destroy"]) === true).map((one) => integer.parse(one["id"])),
  );
  const added = changes.filter((one) => one["id"] === undefined);
  return [...present.filter(({ id }) => !gone.has(id)), ...(added.length > 0 ? rulesOf(call, undefined, added) : [])];
}

function unprotect(call: Call): Answer {
  const project = projectFor(call, roles.maintainer);
  const branch = protectionNamed(call, project);
  project.repository.protectedBranches = project.repository.protectedBranches.filter((one) => one !== branch);
  return noContent();
}

const oldProtectParams = params({ developers_can_push: optional(bool), developers_can_merge: optional(bool) });

function protectByBranch(call: Call): Answer {
  const project = projectFor(call, roles.maintainer);
  const name = call.ids["branch"]!;
  const given = oldProtectParams(call.input);
  showBranch(call, project, name);
  const { repository } = project;
  repository.protectedBranches = repository.protectedBranches.filter((one) => one.name !== name);
  const level = (isOpen: boolean | undefined): number => (isOpen === true ? roles.developer : roles.maintainer);
  repository.protectedBranches.push({
    id: nextId(call.world, "protected branch"),
    name,
    pushRules: rulesOf(call, level(given.developers_can_push), undefined),
    mergeRules: rulesOf(call, level(given.developers_can_merge), undefined),
    allowForcePush: false,
    codeOwnerApprovalRequired: false,
  });
  return ok(showBranch(call, project, name));
}

function unprotectByBranch(call: Call): Answer {
  const project = projectFor(call, roles.maintainer);
  const name = call.ids["branch"]!;
  const view = showBranch(call, project, name);
  const { repository } = project;
  repository.protectedBranches = repository.protectedBranches.filter((one) => !matchesWildcard(name, one.name));
  return ok({ ...view, protected: false });
}

function listTags(call: Call): Answer {
  const project = repositoryOf(call);
  const { search, order_by: orderBy, sort } = listParams(call.input);
  const found = [...project.repository.tags.values()].filter(({ name }) => matchesSearch(name, search));
  const sorted = found.toSorted((a, b) =>
    orderBy === "name" || orderBy === "version"
      ? a.name.localeCompare(b.name, "en", { numeric: orderBy === "version" })
      : a.createdAt - b.createdAt,
  );
  if (sort !== "asc") sorted.reverse();
  return offsetPage(call, sorted, (tag) => tagView(call.world, project, tag));
}

/** Throws 404. */
function tagOf(call: Call, { repository }: Project): Tag {
  const tag = repository.tags.get(call.ids["tag_name"]!);
  if (tag === undefined) throw notFound("Tag");
  return tag;
}

const tagParams = params({ tag_name: required(text), ref: required(text), message: optional(text) });

function createTag(call: Call): Answer {
  const project = projectFor(call, roles.developer);
  const { tag_name: name, ref, message } = tagParams(call.input);
  checkRefName(name, "Tag name invalid");
  if (project.repository.tags.has(name)) throw badMessage(`Tag ${name} already exists`);
  const commit = resolveRef(project.repository, ref);
  if (commit === undefined) throw badMessage(`Target ${ref} is invalid`);
  moveTag(sessionOf(call), project, name, {
    sha: commit.sha,
    message: message === undefined || message === "" ? null : message,
    isProtected: false,
    createdAt: call.world.now(),
  });
  return created(tagView(call.world, project, project.repository.tags.get(name)!));
}

function removeTag(call: Call): Answer {
  const project = projectFor(call, roles.developer);
  const tag = tagOf(call, project);
  if (tag.isProtected && projectRole(call.user, project) < roles.maintainer) throw forbidden();
  moveTag(sessionOf(call), project, tag.name, undefined);
  return noContent();
}
