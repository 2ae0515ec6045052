import { serverlessWorkflow } from "../../../src/languages/serverless-workflow/program.ts";
import { starlark } from "../../../src/languages/starlark/program.ts";
import { LoadedImages } from "../../../src/engines/temporal/sandbox/loaded-images.ts";
import { toyProgram } from "../../../src/engines/testing/toy-program.ts";
import { stubbornProgram } from "./stubborn-program.ts";

export const images = new LoadedImages([starlark, serverlessWorkflow, toyProgram(), stubbornProgram]);
