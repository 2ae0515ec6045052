/** States of runs as bytes: JSON in ASCII behind a line that says what it is and what it should be. */
import { AutoFlowError } from "../../../core/errors.ts";
import { fingerprint } from "../../../core/hash.ts";
import type { RunState } from "./run-state.ts";

const mark = "AutoFlow triage state 1";

interface Written {
  image: string;
  time: number;
  count: number;
  state: RunState;
}

/** Throws AutoFlowError LIMIT_STATE when the state is larger than the run may have. */
export function writeState(written: Written, stateBytes: number): Uint8Array {
  const content = asciiText(JSON.stringify({ ...written, image: written.image.slice(0, 16) }));
  const text = `${mark} ${fingerprint(content)}\n${content}`;
  if (text.length > stateBytes) {
    const message = `the state of the run takes ${text.length} bytes, the limit is ${stateBytes}`;
    throw new AutoFlowError("LIMIT_STATE", message, {
      hint: "Let the rule match fewer resources, with conditions or limits, or let its texts use less of each.",
    });
  }
  return asciiBytes(text);
}

/** Throws SyntaxError for bytes that are no state of this image. */
export function readState(bytes: Uint8Array, image: string): Written {
  const text = asciiOf(bytes);
  const end = text.indexOf("\n");
  const content = text.slice(end + 1);
  if (text.slice(0, end) !== `${mark} ${fingerprint(content)}`) {
    throw new SyntaxError("they are damaged, or of a newer release");
  }
  const written = JSON.parse(content) as Written;
  if (written.image !== image.slice(0, 16)) throw new SyntaxError("they are of another image");
  return written;
}

/** JSON without characters beyond ASCII. */
export function asciiText(json: string): string {
  return json.replaceAll(/[\u007f-\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

export function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

export function asciiOf(bytes: Uint8Array): string {
  let text = "";
  const chunk = 8192;
  for (let i = 0; i < bytes.length; i += chunk) text += String.fromCharCode(...bytes.subarray(i, i + chunk));
  return text;
}
