/** Paths of GitLab's API, as scripts write them. A path never leads out of the API, whatever it holds. */
import { AutoFlowError } from "../../core/errors.ts";
import type { WireValue } from "../../core/wire.ts";
import { shown } from "../input-texts.ts";

const longest = 8192;

/**
 * A path below `/api/v4/`, without slashes at its ends, with all that a URL cannot hold encoded; what is encoded already stays. The
 * segment `:id` becomes the project, which "*" is none. Throws ACTION_INPUT_INVALID.
 */
export function readPath(value: WireValue | undefined, project: string): string {
  if (typeof value !== "string") throw invalid(`path must be text, got ${shown(value)}`);
  if (value.length > longest) throw invalid(`path is longer than ${longest} characters`);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) {
    throw invalid(`path must not be an absolute address, got ${shown(value)}`, "The project's instance is called.");
  }
  if (/[?#]/.test(value)) {
    throw invalid(`path must not hold "?" or "#", got ${shown(value)}`, "Parameters go into query=.");
  }
  const path = value.replace(/^\//, "").replace(/\/$/, "");
  if (/^api\/v\d+(\/|$)/.test(path)) {
    throw invalid(
      `path must not begin with api/v4, got ${shown(value)}`,
      'It is below /api/v4/: "projects/42/issues".',
    );
  }
  return path
    .split("/")
    .map((segment) => (segment === ":id" ? ownProject(project, value) : encodeSegment(segment, value)))
    .join("/");
}

function ownProject(project: string, path: string): string {
  if (project !== "*") return encodeURIComponent(project);
  throw invalid(
    `the run is of no project, so ":id" means none, got ${shown(path)}`,
    "Start `autoflow dev` with --project, or name the project in the path.",
  );
}

function encodeSegment(segment: string, path: string): string {
  if (segment === "") {
    throw invalid(`path has an empty segment: ${shown(path)}`, "Something that was to be filled in is empty.");
  }
  const encoded = segment
    .toWellFormed()
    .replace(/%(?![0-9A-Fa-f]{2})/g, "%25")
    .replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@%]/gu, encodeURIComponent);
  // Servers in front of GitLab may decode a segment before they look at it.
  if (
    decoded(encoded)
      .split(/[/\\]/)
      .some((part) => part === "." || part === "..")
  ) {
    throw invalid(`path must not hold "." or ".." as a segment, got ${shown(path)}`);
  }
  return encoded;
}

/** A segment without its percent-encoding; what is no UTF-8 stays. Encoding twice hides nothing. */
export function decoded(segment: string): string {
  let text = segment;
  for (let depth = 0; depth < 3; depth++) {
    try {
      const next = decodeURIComponent(text);
      if (next === text) return text;
      text = next;
    } catch {
      return text;
    }
  }
  return text;
}

function invalid(problem: string, hint?: string): AutoFlowError {
  return new AutoFlowError(
    "ACTION_INPUT_INVALID",
    `input of the gitlab action: ${problem}`,
    hint === undefined ? {} : { hint },
  );
}
