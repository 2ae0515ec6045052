/** Images of workflows as bytes: canonical JSON in ASCII behind a line that says what it is. */
import { sha256 } from "../../core/sha256.ts";
import type { FunctionPlan } from "./functions/plan.ts";
import type { Workflow } from "./model.ts";

const mark = "AutoFlow Serverless Workflow image 1\n";

export const language = "serverless-workflow";

export interface ImageContent {
  workflow: Workflow;
  /** In the order of the workflow's functions. */
  plans: FunctionPlan[];
  /** Names of the environment that it may ask for. */
  environment: string[];
  /** The file with the workflow, as it was written. */
  source: { path: string; text: string };
}

/** The name of an image: the SHA-256 of language and bytes, in hex. */
export function imageHash(bytes: Uint8Array): string {
  return sha256(`${language}\n`, bytes);
}

export function encodeImage(image: ImageContent): Uint8Array {
  const text = mark + JSON.stringify(image).replaceAll(/[\u007f-\uffff]/g, escaped);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Throws SyntaxError when the bytes are no image of a format that this release knows. */
export function decodeImage(bytes: Uint8Array): ImageContent {
  let text = "";
  const chunk = 8192;
  for (let i = 0; i < bytes.length; i += chunk) text += String.fromCharCode(...bytes.subarray(i, i + chunk));
  if (!text.startsWith(mark)) throw new SyntaxError("they are of another format");
  const image = JSON.parse(text.slice(mark.length)) as Partial<ImageContent> | null;
  if (
    image?.workflow?.format !== 1 ||
    image.plans === undefined ||
    image.environment === undefined ||
    image.source === undefined
  ) {
    throw new SyntaxError("they are of another format");
  }
  return image as ImageContent;
}
