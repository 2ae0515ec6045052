/** The jobs that a `.gitlab-ci.yml` names. What it says about when they run is only followed as far as this: */
import { parse } from "yaml";
import type { Job } from "../model/pipeline.ts";

export interface JobPlan {
  name: string;
  stage: string;
  when: Job["when"];
  allowFailure: boolean;
  tags: string[];
  environment: string | null;
}

const keywords = new Set([
  "default",
  "include",
  "stages",
  "variables",
  "workflow",
  "image",
  "services",
  "cache",
  "before_script",
  "after_script",
  "spec",
]);
const defaultStages = ["build", "test", "deploy"];
const whens = ["on_success", "on_failure", "always", "manual", "delayed"] as const;

/** Jobs in the order of their stages; `only`, `except` and `rules` are not looked at, but for `when: never`. Throws what the YAML parser throws. */
export function jobsOf(text: string): JobPlan[] {
  const config = asRecord(parse(text));
  const named = config["stages"];
  const stages = [".pre", ...(Array.isArray(named) ? named.map(String) : defaultStages), ".post"];
  const jobs: JobPlan[] = [];
  for (const [name, value] of Object.entries(config)) {
    const job = asRecord(value);
    if (keywords.has(name) || name.startsWith(".") || !("script" in job || "trigger" in job || "run" in job)) continue;
    if (job["when"] === "never") continue;
    jobs.push(planOf(name, job));
  }
  return jobs.toSorted((a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage));
}

function planOf(name: string, job: Record<string, unknown>): JobPlan {
  const when = whens.find((one) => one === job["when"]) ?? "on_success";
  const environment = job["environment"];
  return {
    name,
    stage: typeof job["stage"] === "string" ? job["stage"] : "test",
    when,
    allowFailure: job["allow_failure"] === true || (when === "manual" && job["allow_failure"] !== false),
    tags: Array.isArray(job["tags"]) ? job["tags"].map(String) : [],
    environment:
      typeof environment === "string" ? environment : ((asRecord(environment)["name"] as string | undefined) ?? null),
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
