/** GitLab Triage policies as a Program: `.triage-policies.yml` as the gem of that name reads them. */
import type { Program } from "../../core/program.ts";
import { PolicyCompilation } from "./compilation.ts";
import { language } from "./image.ts";
import { LoadedPolicy } from "./loaded-policy.ts";

export const triage: Program = {
  language,
  dependencies: () => [],
  compile: (sources) => new PolicyCompilation(sources),
  load: (image) => new LoadedPolicy(image),
};
