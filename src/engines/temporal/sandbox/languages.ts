/** The languages whose programs run in the sandbox. Loaded once for each thread, and shared by all runs there. */
import type { Program } from "../../../core/program.ts";
import { serverlessWorkflow } from "../../../languages/serverless-workflow/program.ts";
import { starlark } from "../../../languages/starlark/program.ts";

/** By name. */
export const programs: ReadonlyMap<string, Program> = new Map(
  [starlark, serverlessWorkflow].map((program) => [program.language, program]),
);
