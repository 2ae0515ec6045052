/** The languages whose programs run in the sandbox. */
import { serverlessWorkflow } from "../../../languages/serverless-workflow/program.ts";
import { starlark } from "../../../languages/starlark/program.ts";
import { triage } from "../../../languages/triage/program.ts";
import { LoadedImages } from "./loaded-images.ts";

/** Images of their programs. */
export const images = new LoadedImages([starlark, serverlessWorkflow, triage]);
