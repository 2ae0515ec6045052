/** What `autoflow doctor` checks about GitLab: whether the tokens that scripts call it with work, and what they are good for. */
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/environment.ts";
import { createGitLabAccess } from "../../config/project-values.ts";
import type { GitLabInstanceAccess } from "../../core/action.ts";
import { ok, problem, warning, type Finding } from "../../core/finding.ts";

/** One token, and the projects that use it. */
interface Use {
  url: string;
  token: string;
  projects: string[];
}

const guide = "See docs/guides/gitlab-api.md.";
const pollGuide = "See docs/guides/gitlab.md.";
const dayMs = 86_400_000;
/** Tokens that end within this are told. */
const soonMs = 14 * dayMs;

/** One finding for each token that is configured. `now` is in epoch ms. */
export async function checkGitLab(config: Config, environment: Environment, now: number): Promise<Finding[]> {
  return Promise.all(tokensOf(config, environment).map((use) => checkToken(use, now)));
}

/** One finding for each project that is polled: whether GitLab lets it be read. */
export async function checkPolling({ projects, gitlab }: Config, environment: Environment): Promise<Finding[]> {
  const access = createGitLabAccess(projects, gitlab, environment);
  const polled = [...projects].filter(([, { poll }]) => poll !== undefined).map(([project]) => project);
  return Promise.all(polled.map((project) => checkPolled(project, access.of(project))));
}

async function checkPolled(project: string, instance: GitLabInstanceAccess | undefined): Promise<Finding> {
  const name = `polling of ${project}`;
  const { url, token } = instance ?? {};
  if (url === undefined || token === undefined) {
    return problem(name, "there is no token to ask GitLab with", `Set projects.${project}.gitlab.token. ${pollGuide}`);
  }
  try {
    const found = await read<unknown>(url, token, `projects/${encodeURIComponent(project)}/events?per_page=1`);
    if (typeof found !== "number") return ok(name, `${url} tells what happens in it`);
    return problem(
      name,
      `${url} answered ${found}`,
      `The token needs the scope read_api and access to it. ${pollGuide}`,
    );
  } catch (error) {
    const { message } = ((error as Error).cause ?? error) as Error;
    return problem(name, `${url} does not answer: ${message}`, pollGuide);
  }
}

function tokensOf({ projects, gitlab }: Config, environment: Environment): Use[] {
  const access = createGitLabAccess(projects, gitlab, environment);
  const uses = new Map<string, Use>();
  for (const project of [...projects.keys(), ...(gitlab.token === undefined ? [] : ["*"])]) {
    const { url, token } = access.of(project) ?? {};
    if (url === undefined || token === undefined) continue;
    const key = `${url} ${token}`;
    const use = uses.get(key) ?? { url, token, projects: [] };
    if (!use.projects.includes(project)) use.projects.push(project);
    uses.set(key, use);
  }
  return [...uses.values()];
}

interface TokenSelf {
  name?: string;
  scopes?: string[];
  expires_at?: string | null;
}

async function checkToken({ url, token, projects }: Use, now: number): Promise<Finding> {
  const name = `gitlab token of ${projects.join(", ")}`;
  try {
    const self = await read<TokenSelf>(url, token, "personal_access_tokens/self");
    if (typeof self !== "number") return checkScopes(name, url, self, now);
    // A token of another kind, such as OAuth's, cannot tell of itself.
    const user = await read<{ username?: string }>(url, token, "user");
    if (typeof user !== "number") return ok(name, `${url} knows it as ${user.username ?? "somebody"}`);
    return user === 401
      ? problem(name, `${url} does not accept it`, `It is wrong, expired or revoked: make a new one. ${guide}`)
      : problem(name, `${url} answered ${user} for /user`, `Check projects.<project>.gitlab.url. ${guide}`);
  } catch (error) {
    const { message } = ((error as Error).cause ?? error) as Error;
    return problem(name, `${url} does not answer: ${message}`, `Check projects.<project>.gitlab.url. ${guide}`);
  }
}

/** What GitLab answers; the status when it is no success. */
async function read<T>(url: string, token: string, path: string): Promise<T | number> {
  const response = await fetch(`${url}/api/v4/${path}`, {
    headers: { "private-token": token },
    // The token goes nowhere else.
    redirect: "error",
    signal: AbortSignal.timeout(5000),
  });
  if (response.ok) return (await response.json()) as T;
  await response.body?.cancel();
  return response.status;
}

function checkScopes(name: string, url: string, self: TokenSelf, now: number): Finding {
  const { scopes = [], expires_at: ends } = self;
  const detail = `"${self.name ?? ""}" of ${url}: ${scopes.join(", ")}${ends ? `, until ${ends}` : ""}`;
  if (!scopes.includes("api") && !scopes.includes("read_api")) {
    return warning(
      name,
      detail,
      `Scripts can call nothing with it: that needs the scope api, or read_api to read. ${guide}`,
    );
  }
  if (ends && Date.parse(ends) - now < soonMs) return warning(name, detail, "It ends soon: rotate it.");
  if (!scopes.includes("api"))
    return warning(name, detail, "Scripts can only read with it; changes need the scope api.");
  return ok(name, detail);
}
