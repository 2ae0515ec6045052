/** Images of policies as bytes: JSON in ASCII behind a line that says what it is. */
import { sha256 } from "../../core/sha256.ts";
import { asciiBytes, asciiOf, asciiText } from "./machine/state-codec.ts";
import type { Policy } from "./model.ts";

const mark = "AutoFlow triage image 1\n";

export const language = "triage";

export interface ImageContent {
  policy: Policy;
  /** The file as it was written. */
  source: { path: string; text: string };
}

/** The name of an image: the SHA-256 of language and bytes, in hex. */
export function imageHash(bytes: Uint8Array): string {
  return sha256(`${language}\n`, bytes);
}

export function encodeImage(content: ImageContent): Uint8Array {
  return asciiBytes(mark + asciiText(JSON.stringify(content)));
}

/** Throws SyntaxError when the bytes are no image of a format that this release knows. */
export function decodeImage(bytes: Uint8Array): ImageContent {
  const text = asciiOf(bytes);
  if (!text.startsWith(mark)) throw new SyntaxError("they are of another format");
  const content = JSON.parse(text.slice(mark.length)) as Partial<ImageContent> | null;
  if (content?.policy?.format !== 1 || content.source === undefined) {
    throw new SyntaxError("they are of another format");
  }
  return content as ImageContent;
}
