/** /projects/:id/releases */
import { roles } from "../model/access.ts";
import { groupAndAbove, projectsBelow } from "../model/group.ts";
import type { Milestone } from "../model/milestone.ts";
import { groupOf, type Project } from "../model/project.ts";
import type { Release, ReleaseLink } from "../model/release.ts";
import { resolveRef } from "../model/repository.ts";
import { nextId } from "../model/world.ts";
import { moveTag } from "../operations/pushes.ts";
import { badParameter, badRequest, conflict, notFound, Refusal } from "../operations/refusal.ts";
import { offsetPage } from "../paging/offset.ts";
import { releaseLinkView, releaseView } from "../views/release-view.ts";
import { emitRelease } from "../webhooks/release-body.ts";
import { created, del, get, ok, post, put, sessionOf, type Answer, type Call } from "./call.ts";
import { findProject, groupOfCall, numberOf, projectFor, projectOf, repositoryOf } from "./found.ts";
import { hash, hashes, oneOf, optional, params, required, text, texts, time } from "./params.ts";

const one = "/projects/:id/releases/:tag_name";

export const releaseRoutes = [
  get("/projects/:id/releases", (call) => list(call, [repositoryOf(call)])),
  get("/groups/:id/releases", (call) =>
    list(
      call,
      projectsBelow(groupOfCall(call)).map((project) => findProject(call, String(project.id))),
    ),
  ),
  get("/projects/:id/releases/permalink/latest", latest),
  post("/projects/:id/releases", create),
  get(one, (call) => ok(releaseView(call.world, releaseIn(repositoryOf(call), call)))),
  put(one, update),
  del(one, remove),
  get(`${one}/assets/links`, listLinks),
  post(`${one}/assets/links`, createLink),
  get(`${one}/assets/links/:link_id`, singleLink),
  put(`${one}/assets/links/:link_id`, updateLink),
  del(`${one}/assets/links/:link_id`, removeLink),
];

const listParams = params({
  order_by: optional(oneOf("released_at", "created_at")),
  sort: optional(oneOf("asc", "desc")),
  updated_before: optional(time),
  updated_after: optional(time),
});

function list(call: Call, projects: Project[]): Answer {
  const { order_by: orderBy, sort } = listParams(call.input);
  const key = orderBy === "created_at" ? "createdAt" : "releasedAt";
  const all = projects.flatMap(({ releases }) => [...releases.values()]);
  const sorted = all.toSorted((a, b) => a[key] - b[key] || a.id - b.id);
  if (sort !== "asc") sorted.reverse();
  return offsetPage(call, sorted, (release) => releaseView(call.world, release));
}

function latest(call: Call): Answer {
  const releases = [...repositoryOf(call).releases.values()].filter(({ releasedAt }) => releasedAt <= call.world.now());
  const last = releases.toSorted((a, b) => a.releasedAt - b.releasedAt || a.id - b.id).at(-1);
  if (last === undefined) throw new Refusal(404, { message: "404 Not Found" });
  return ok(releaseView(call.world, last));
}

/** A release that is not there: GitLab says no more than that. */
function releaseIn(project: Project, call: Call): Release {
  const release = project.releases.get(call.ids["tag_name"]!);
  if (release === undefined) throw new Refusal(404, { message: "404 Not Found" });
  return release;
}

const createParams = params({
  tag_name: required(text),
  tag_message: optional(text),
  name: optional(text),
  description: optional(text),
  ref: optional(text),
  milestones: optional(texts),
  released_at: optional(time),
  assets: optional(hash),
});

function create(call: Call): Answer {
  const project = projectFor(call, roles.developer);
  const session = sessionOf(call);
  const given = createParams(call.input);
  if (project.releases.has(given.tag_name)) throw conflict("Release already exists");
  const links = hashes.parse(given.assets?.["links"]) ?? [];
  if (!project.repository.tags.has(given.tag_name)) tagFor(call, project, given);
  const release: Release = {
    id: nextId(call.world, "release"),
    project,
    tag: given.tag_name,
    name: given.name ?? given.tag_name,
    description: given.description ?? null,
    author: session.user,
    sha: project.repository.tags.get(given.tag_name)!.sha,
    milestones: milestonesOf(project, given.milestones ?? []),
    links: [],
    createdAt: call.world.now(),
    releasedAt: given.released_at ?? call.world.now(),
  };
  release.links = links.map((link) => newLink(call, release, link));
  project.releases.set(release.tag, release);
  emitRelease(call.world, release, "create");
  return created(releaseView(call.world, release));
}

function tagFor(
  call: Call,
  project: Project,
  given: { tag_name: string; tag_message: string | undefined; ref: string | undefined },
): void {
  if (given.ref === undefined) throw new Refusal(422, { message: "Ref is not specified" });
  const commit = resolveRef(project.repository, given.ref);
  if (commit === undefined) throw new Refusal(422, { message: `Target ${given.ref} is invalid` });
  moveTag(sessionOf(call), project, given.tag_name, {
    sha: commit.sha,
    message: given.tag_message ?? null,
    isProtected: false,
    createdAt: call.world.now(),
  });
}

function milestonesOf(project: Project, titles: readonly string[]): Milestone[] {
  const all = [project, ...groupAndAbove(groupOf(project))].flatMap(({ milestones }) => [...milestones.values()]);
  return titles.map((title) => {
    const found = all.find((milestone) => milestone.title === title);
    if (found === undefined) throw badRequest(`Milestone(s) not found: ${title}`);
    return found;
  });
}

const updateParams = params({
  name: optional(text),
  description: optional(text),
  milestones: optional(texts),
  released_at: optional(time),
});

function update(call: Call): Answer {
  const project = projectFor(call, roles.developer);
  const release = releaseIn(project, call);
  const { name, description, milestones, released_at: releasedAt } = updateParams(call.input);
  if (name !== undefined) release.name = name;
  if (description !== undefined) release.description = description;
  if (milestones !== undefined) release.milestones = milestonesOf(project, milestones);
  if (releasedAt !== undefined) release.releasedAt = releasedAt;
  emitRelease(call.world, release, "update");
  return ok(releaseView(call.world, release));
}

/** The tag stays. */
function remove(call: Call): Answer {
  const project = projectFor(call, roles.developer);
  const release = releaseIn(project, call);
  project.releases.delete(release.tag);
  emitRelease(call.world, release, "delete");
  return ok(releaseView(call.world, release));
}

const linkTypes = oneOf("other", "runbook", "image", "package");
const linkParams = params({
  name: required(text),
  url: required(text),
  filepath: optional(text),
  direct_asset_path: optional(text),
  link_type: optional(linkTypes),
});

function newLink(call: Call, release: Release, raw: Record<string, unknown>): ReleaseLink {
  const given = linkParams(raw);
  if (release.links.some(({ name, url }) => name === given.name || url === given.url)) {
    throw badParameter("Links have duplicate values (name or url)");
  }
  return {
    id: nextId(call.world, "release link"),
    name: given.name,
    url: given.url,
    directAssetPath: given.direct_asset_path ?? given.filepath ?? null,
    type: given.link_type ?? "other",
  };
}

function listLinks(call: Call): Answer {
  const release = releaseIn(projectOf(call), call);
  return offsetPage(call, release.links, (link) => releaseLinkView(call.world, release, link));
}

function createLink(call: Call): Answer {
  const release = releaseIn(projectFor(call, roles.developer), call);
  const link = newLink(call, release, call.input);
  release.links = [...release.links, link];
  return created(releaseLinkView(call.world, release, link));
}

function linkOf(call: Call, release: Release): ReleaseLink {
  const link = release.links.find(({ id }) => id === numberOf(call, "link_id"));
  if (link === undefined) throw notFound("Release Link");
  return link;
}

function singleLink(call: Call): Answer {
  const release = releaseIn(projectOf(call), call);
  return ok(releaseLinkView(call.world, release, linkOf(call, release)));
}

const changeLinkParams = params({
  name: optional(text),
  url: optional(text),
  direct_asset_path: optional(text),
  link_type: optional(linkTypes),
});

function updateLink(call: Call): Answer {
  const release = releaseIn(projectFor(call, roles.developer), call);
  const link = linkOf(call, release);
  const { name, url, direct_asset_path: path, link_type: type } = changeLinkParams(call.input);
  if (name !== undefined) link.name = name;
  if (url !== undefined) link.url = url;
  if (path !== undefined) link.directAssetPath = path;
  if (type !== undefined) link.type = type;
  return ok(releaseLinkView(call.world, release, link));
}

function removeLink(call: Call): Answer {
  const release = releaseIn(projectFor(call, roles.developer), call);
  const link = linkOf(call, release);
  release.links = release.links.filter((other) => other !== link);
  return ok(releaseLinkView(call.world, release, link));
}
