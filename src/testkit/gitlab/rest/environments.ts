/** /projects/:id/environments, /projects/:id/deployments and /projects/:id/feature_flags */
import { roles } from "../model/access.ts";
import { deploymentStatuses, environmentTiers, type Deployment, type Environment } from "../model/environment.ts";
import type { FeatureFlag } from "../model/feature-flag.ts";
import type { Project } from "../model/project.ts";
import { nextId } from "../model/world.ts";
import { createDeployment, createEnvironment, setDeploymentStatus } from "../operations/deployments.ts";
import { badRequest, forbidden, notFound, Refusal } from "../operations/refusal.ts";
import { offsetPage } from "../paging/offset.ts";
import { mergeRequestView } from "../views/merge-request-view.ts";
import { deploymentView, environmentView } from "../views/release-view.ts";
import { isoTime } from "../views/times.ts";
import { basicUser } from "../views/user-view.ts";
import { emitFeatureFlag } from "../webhooks/deployment-body.ts";
import { created, del, get, noContent, ok, post, put, sessionOf, type Answer, type Call } from "./call.ts";
import { numberOf, projectFor } from "./found.ts";
import { bool, clearable, hashes, oneOf, optional, params, required, text, time } from "./params.ts";

const environments = "/projects/:id/environments";
const deployments = "/projects/:id/deployments";
const flags = "/projects/:id/feature_flags";

export const environmentRoutes = [
  get(environments, listEnvironments),
  post(environments, addEnvironment),
  get(`${environments}/:environment_id`, (call) => showEnvironment(call, roles.reporter, () => undefined)),
  put(`${environments}/:environment_id`, updateEnvironment),
  post(`${environments}/:environment_id/stop`, stopEnvironment),
  del(`${environments}/:environment_id`, removeEnvironment),
  get(deployments, listDeployments),
  post(deployments, addDeployment),
  get(`${deployments}/:deployment_id`, (call) =>
    ok(deploymentView(call.world, deploymentOf(call, projectFor(call, roles.reporter)))),
  ),
  put(`${deployments}/:deployment_id`, updateDeployment),
  del(`${deployments}/:deployment_id`, removeDeployment),
  post(`${deployments}/:deployment_id/approval`, approveDeployment),
  get(`${deployments}/:deployment_id/merge_requests`, deployedMergeRequests),
  get(flags, (call) => offsetPage(call, [...projectFor(call, roles.developer).featureFlags.values()], flagView)),
  post(flags, addFlag),
  get(`${flags}/:name`, (call) => ok(flagView(flagOf(call, projectFor(call, roles.developer))))),
  put(`${flags}/:name`, updateFlag),
  del(`${flags}/:name`, removeFlag),
];

const environmentListParams = params({
  name: optional(text),
  search: optional(text),
  states: optional(oneOf("available", "stopping", "stopped")),
});

function listEnvironments(call: Call): Answer {
  const project = projectFor(call, roles.reporter);
  const { name, search, states } = environmentListParams(call.input);
  const wanted = [...project.environments.values()].filter(
    (one) =>
      (name === undefined || one.name === name) &&
      (search === undefined || one.name.includes(search)) &&
      (states === undefined || one.state === states),
  );
  return offsetPage(call, wanted, (one) => environmentView(call.world, project, one));
}

/** Throws 404. */
function environmentOf(call: Call, project: Project): Environment {
  const environment = project.environments.get(numberOf(call, "environment_id"));
  if (environment === undefined) throw notFound("Environment");
  return environment;
}

const environmentParams = params({
  name: required(text),
  external_url: clearable(text),
  description: clearable(text),
  tier: optional(oneOf(...environmentTiers)),
});

function addEnvironment(call: Call): Answer {
  const project = projectFor(call, roles.developer);
  const { name, external_url: externalUrl, description, tier } = environmentParams(call.input);
  const environment = createEnvironment(call.world, project, { name, externalUrl, description, tier });
  return created(environmentView(call.world, project, environment));
}

function showEnvironment(call: Call, role: number, change: (environment: Environment) => void): Answer {
  const project = projectFor(call, role);
  const environment = environmentOf(call, project);
  change(environment);
  return ok(environmentView(call.world, project, environment));
}

const environmentChanges = params({
  external_url: clearable(text),
  description: clearable(text),
  tier: optional(oneOf(...environmentTiers)),
});

function updateEnvironment(call: Call): Answer {
  const { external_url: externalUrl, description, tier } = environmentChanges(call.input);
  return showEnvironment(call, roles.developer, (environment) => {
    if (externalUrl !== undefined) environment.externalUrl = externalUrl;
    if (description !== undefined) environment.description = description;
    if (tier !== undefined) environment.tier = tier;
    environment.updatedAt = call.world.now();
  });
}

function stopEnvironment(call: Call): Answer {
  return showEnvironment(call, roles.developer, (environment) => {
    environment.state = "stopped";
    environment.updatedAt = call.world.now();
  });
}

function removeEnvironment(call: Call): Answer {
  const project = projectFor(call, roles.developer);
  const environment = environmentOf(call, project);
  if (environment.state !== "stopped") throw forbidden("Environment must be stopped before deletion");
  project.environments.delete(environment.id);
  return noContent();
}

const deploymentListParams = params({
  order_by: optional(oneOf("id", "iid", "created_at", "updated_at", "finished_at", "ref")),
  sort: optional(oneOf("asc", "desc")),
  updated_after: optional(time),
  updated_before: optional(time),
  finished_after: optional(time),
  finished_before: optional(time),
  environment: optional(text),
  status: optional(oneOf(...deploymentStatuses)),
});

function listDeployments(call: Call): Answer {
  const project = projectFor(call, roles.reporter);
  const given = deploymentListParams(call.input);
  const wanted = [...project.deployments.values()].filter(
    (one) =>
      (given.environment === undefined || one.environment.name === given.environment) &&
      (given.status === undefined || one.status === given.status) &&
      (given.updated_after === undefined || one.updatedAt >= given.updated_after) &&
      (given.updated_before === undefined || one.updatedAt <= given.updated_before) &&
      (given.finished_after === undefined || (one.finishedAt ?? 0) >= given.finished_after) &&
      (given.finished_before === undefined || (one.finishedAt !== null && one.finishedAt <= given.finished_before)),
  );
  const value = ({ id, ref, updatedAt, createdAt, finishedAt }: Deployment): number | string => {
    const values = { id, iid: id, ref, updated_at: updatedAt, created_at: createdAt, finished_at: finishedAt ?? 0 };
    return values[given.order_by ?? "id"];
  };
  const sorted = wanted.toSorted((a, b) => (value(a) === value(b) ? a.id - b.id : value(a) < value(b) ? -1 : 1));
  if (given.sort === "desc") sorted.reverse();
  return offsetPage(call, sorted, (one) => deploymentView(call.world, one));
}

/** Throws 404. */
function deploymentOf(call: Call, project: Project): Deployment {
  const deployment = project.deployments.get(numberOf(call, "deployment_id"));
  if (deployment === undefined) throw notFound("Deployment");
  return deployment;
}

const deploymentParams = params({
  environment: required(text),
  sha: required(text),
  ref: required(text),
  tag: required(bool),
  status: required(oneOf("running", "success", "failed", "canceled")),
});

function addDeployment(call: Call): Answer {
  const project = projectFor(call, roles.developer);
  const { tag: isTag, ...given } = deploymentParams(call.input);
  if (!project.repository.commits.has(given.sha)) throw badRequest("The commit does not exist");
  return created(deploymentView(call.world, createDeployment(sessionOf(call), project, { ...given, isTag })));
}

const statusParams = params({ status: required(oneOf("running", "success", "failed", "canceled")) });

function updateDeployment(call: Call): Answer {
  const deployment = deploymentOf(call, projectFor(call, roles.developer));
  const { status } = statusParams(call.input);
  if (deployment.job !== undefined) throw forbidden();
  setDeploymentStatus(sessionOf(call), deployment, status);
  return ok(deploymentView(call.world, deployment));
}

function removeDeployment(call: Call): Answer {
  const project = projectFor(call, roles.maintainer);
  const deployment = deploymentOf(call, project);
  if (deployment.status === "running") throw badRequest("Cannot destroy running deployment");
  project.deployments.delete(deployment.id);
  return noContent();
}

const approvalParams = params({ status: required(oneOf("approved", "rejected")), comment: optional(text) });

function approveDeployment(call: Call): Answer {
  const deployment = deploymentOf(call, projectFor(call, roles.developer));
  const { user, world } = sessionOf(call);
  const { status, comment } = approvalParams(call.input);
  const approval = { user, status, comment: comment ?? "", createdAt: world.now() };
  deployment.approvals = [...deployment.approvals.filter((one) => one.user !== user), approval];
  return created({
    user: basicUser(world, user),
    status,
    created_at: isoTime(approval.createdAt),
    comment: approval.comment,
  });
}

function deployedMergeRequests(call: Call): Answer {
  const project = projectFor(call, roles.reporter);
  const { sha } = deploymentOf(call, project);
  const found = [...project.mergeRequests.values()].filter(
    ({ mergeCommitSha, squashCommitSha }) => mergeCommitSha === sha || squashCommitSha === sha,
  );
  return offsetPage(call, found, (item) => mergeRequestView(call.world, item, {}));
}

function flagView(flag: FeatureFlag): Record<string, unknown> {
  return {
    name: flag.name,
    description: flag.description,
    active: flag.active,
    version: flag.version,
    created_at: isoTime(flag.createdAt),
    updated_at: isoTime(flag.updatedAt),
    scopes: [],
    strategies: structuredClone(flag.strategies),
  };
}

/** Throws 404. */
function flagOf(call: Call, project: Project): FeatureFlag {
  const flag = project.featureFlags.get(call.ids["name"]!);
  if (flag === undefined) throw new Refusal(404, { message: "404 Not found" });
  return flag;
}

const flagParams = params({
  name: required(text),
  version: optional(text),
  description: optional(text),
  active: optional(bool),
  strategies: optional(hashes),
});

function addFlag(call: Call): Answer {
  const project = projectFor(call, roles.developer);
  const { name, description, active, strategies } = flagParams(call.input);
  if (project.featureFlags.has(name)) throw new Refusal(400, { message: ["Name has already been taken"] });
  const flag: FeatureFlag = {
    id: nextId(call.world, "feature flag"),
    name,
    description: description ?? "",
    active: active ?? true,
    version: "new_version_flag",
    strategies: structuredClone(strategies ?? []),
    createdAt: call.world.now(),
    updatedAt: call.world.now(),
  };
  project.featureFlags.set(name, flag);
  return created(flagView(flag));
}

const flagChanges = params({
  name: optional(text),
  description: optional(text),
  active: optional(bool),
  strategies: optional(hashes),
});

/** Only turning it on or off sends an event. */
function updateFlag(call: Call): Answer {
  const project = projectFor(call, roles.developer);
  const flag = flagOf(call, project);
  const { name, description, active, strategies } = flagChanges(call.input);
  const wasActive = flag.active;
  if (name !== undefined && name !== flag.name) {
    project.featureFlags.delete(flag.name);
    project.featureFlags.set(name, flag);
    flag.name = name;
  }
  if (description !== undefined) flag.description = description;
  if (strategies !== undefined) flag.strategies = structuredClone(strategies);
  if (active !== undefined) flag.active = active;
  flag.updatedAt = call.world.now();
  if (flag.active !== wasActive) emitFeatureFlag(sessionOf(call), project, flag);
  return ok(flagView(flag));
}

function removeFlag(call: Call): Answer {
  const project = projectFor(call, roles.developer);
  const flag = flagOf(call, project);
  project.featureFlags.delete(flag.name);
  return ok(flagView(flag));
}
