/** The toy language in the place of ours. */
import { toyProgram } from "../../testing/toy-program.ts";
import { LoadedImages } from "../sandbox/loaded-images.ts";

export const images = new LoadedImages([toyProgram()]);
