/** Environments, and what is deployed to them. */
import { hash } from "node:crypto";
import { tierOf, type Deployment, type Environment } from "../model/environment.ts";
import type { Job } from "../model/pipeline.ts";
import type { Project } from "../model/project.ts";
import { nextId, takeIid, type Session, type World } from "../model/world.ts";
import { emitDeployment } from "../webhooks/deployment-body.ts";
import { invalid } from "./refusal.ts";

export interface NewEnvironment {
  name: string;
  externalUrl?: string | null | undefined;
  description?: string | null | undefined;
  tier?: Environment["tier"] | undefined;
}

/** Throws 400 for a name that is taken or cannot be one. */
export function createEnvironment(world: World, project: Project, given: NewEnvironment): Environment {
  if (given.name.trim() === "") throw invalid({ name: ["can't be blank"] });
  if (environmentNamed(project, given.name) !== undefined) throw invalid({ name: ["has already been taken"] });
  const environment: Environment = {
    id: nextId(world, "environment"),
    name: given.name,
    slug: slugOf(given.name),
    externalUrl: given.externalUrl ?? null,
    description: given.description ?? null,
    tier: given.tier ?? tierOf(given.name),
    state: "available",
    autoStopAt: null,
    createdAt: world.now(),
    updatedAt: world.now(),
  };
  project.environments.set(environment.id, environment);
  return environment;
}

/** At most 24 characters, letters and digits and "-"; what had to be cut or replaced gets a suffix. */
function slugOf(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "-")
    .replace(/^(?=[^a-z])/, "env-")
    .replace(/-+/g, "-");
  if (plain === name && plain.length <= 24) return plain.replace(/-$/, "");
  return `${plain.slice(0, 17).replace(/-$/, "")}-${BigInt(`0x${hash("sha256", name, "hex")}`)
    .toString(36)
    .slice(-6)}`;
}

function environmentNamed(project: Project, name: string): Environment | undefined {
  return project.environments.values().find((one) => one.name === name);
}

export interface NewDeployment {
  environment: string;
  ref: string;
  sha: string;
  isTag: boolean;
  status: Deployment["status"];
  job?: Job | undefined;
}

/** The environment is made when it is new. */
export function createDeployment({ world, user }: Session, project: Project, given: NewDeployment): Deployment {
  const environment =
    environmentNamed(project, given.environment) ?? createEnvironment(world, project, { name: given.environment });
  const now = world.now();
  const deployment: Deployment = {
    id: nextId(world, "deployment"),
    iid: takeIid(project, "deployment"),
    project,
    environment,
    ref: given.ref,
    sha: given.sha,
    isTag: given.isTag,
    status: given.status,
    user,
    job: given.job,
    approvals: [],
    createdAt: now,
    updatedAt: now,
    finishedAt: isOver(given.status) ? now : null,
  };
  project.deployments.set(deployment.id, deployment);
  environment.state = "available";
  if (given.status !== "created") emitDeployment(world, deployment);
  return deployment;
}

function isOver(status: Deployment["status"]): boolean {
  return status === "success" || status === "failed" || status === "canceled" || status === "skipped";
}

export function setDeploymentStatus({ world }: Session, deployment: Deployment, status: Deployment["status"]): void {
  if (deployment.status === status) return;
  Object.assign(deployment, { status, updatedAt: world.now(), finishedAt: isOver(status) ? world.now() : null });
  emitDeployment(world, deployment);
}
