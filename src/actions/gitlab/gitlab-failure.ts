/** What a status that is no success becomes: a failure with GitLab's own words. */
import type { Failure } from "../../core/failure.ts";
import { retryAfterMs } from "../../core/retry-after.ts";
import type { WireValue } from "../../core/wire.ts";
import type { Redactor } from "../redaction.ts";
import { redacted } from "./gitlab-answer.ts";
import type { GitLabAnswer } from "./gitlab-client.ts";
import { type GitLabRequest, isWrite, type Json } from "./gitlab-input.ts";
import { resetAfterMs } from "./rate-limits.ts";

/** Whether a status is a success; 304 says that what was asked for is so already, such as a subscription. */
export function isSuccess(statusCode: number): boolean {
  return (statusCode >= 200 && statusCode < 300) || statusCode === 304;
}

/** `hasToken`: the call was made with one, which decides on the hint. */
export function statusFailure(
  answer: GitLabAnswer,
  request: GitLabRequest,
  { redactor, hasToken, now }: { redactor: Redactor; hasToken: boolean; now: number },
): Failure {
  const { statusCode, reason, headers } = answer;
  const said = wordsOf(answer.body);
  const status = `${statusCode} ${reason}`.trimEnd();
  const more = said === "" || said === status ? "" : `: ${said}`;
  const message = redactor.text(`${request.method} ${request.path} answered ${status}${more}`);
  const hint = hintFor(answer, request, hasToken) ?? (statusCode === 401 && more === "" ? refusedToken : undefined);
  const failure: Failure = {
    type: "gitlab",
    code: "GITLAB_STATUS",
    message: hint === undefined ? message : `${message}. ${redactor.text(hint)}`,
    retryable: isRetryable(answer, said, isWrite(request.method)),
    details: { status_code: statusCode, message: plainOf(redacted(messageOf(answer.body), redactor)) },
  };
  const wait = retryAfterMs(headers.get("retry-after"), now) ?? limitResetMs(answer, now);
  if (failure.retryable && wait !== undefined) failure.retryAfterMs = wait;
  return failure;
}

function limitResetMs({ statusCode, headers }: GitLabAnswer, now: number): number | undefined {
  return statusCode === 429 ? resetAfterMs(headers, now) : undefined;
}

const notDone = new Set([408, 425, 429]);
/** Of a gateway that lost sight of the call, or an instance that is being updated. */
const gateway = new Set([502, 503, 504]);

function isRetryable({ statusCode }: GitLabAnswer, said: string, write: boolean): boolean {
  if (notDone.has(statusCode) || gateway.has(statusCode)) return true;
  // "Failed to obtain a lock. Please retry later": somebody else is changing the same thing.
  if (statusCode === 409) return /\block\b.*\bretry\b/i.test(said);
  return statusCode >= 500 && !write;
}

/** GitLab says no more of it, unless it is a token of OAuth. */
const refusedToken = "The token is wrong, has expired or was revoked";

function hintFor(
  { statusCode, headers }: GitLabAnswer,
  { path }: GitLabRequest,
  hasToken: boolean,
): string | undefined {
  if (statusCode >= 300 && statusCode < 400) {
    return `It redirects to ${headers.get("location") ?? "nowhere"}; configure the address that GitLab itself uses`;
  }
  // A project is in a group or a user's namespace, so its full path has a slash.
  if (statusCode === 404 && /^projects\/(?!\d+\/)[^/%]+\//.test(path)) {
    return "The full path of a project is one segment, with its slashes encoded: projects/group%2Fproject";
  }
  if (hasToken || (statusCode !== 401 && statusCode !== 404)) return undefined;
  return "The call was made without a token; configure projects.<project>.gitlab.token";
}

/** What the body says went wrong, as it stands in its "message" or "error". */
function messageOf(body: GitLabAnswer["body"]): WireValue {
  if (typeof body === "string") return body.slice(0, excerptLength);
  if (typeof body !== "object" || body === null || body instanceof Uint8Array || Array.isArray(body)) return null;
  return body["message"] ?? body["error_description"] ?? body["error"] ?? null;
}

const excerptLength = 500;

/** The same in words: `{"title": ["can't be blank"]}` is "title can't be blank". */
function wordsOf(body: GitLabAnswer["body"]): string {
  if (typeof body === "string" && /^\s*</.test(body)) return "";
  return inWords(messageOf(body) as Json).slice(0, excerptLength);
}

function inWords(said: Json): string {
  if (said === null) return "";
  if (Array.isArray(said)) return said.map(inWords).join(", ");
  if (typeof said !== "object") return String(said);
  return Object.entries(said)
    .map(([field, problems]) => (field === "base" ? inWords(problems) : `${field} ${inWords(problems)}`))
    .join("; ");
}

/** Details are plain JSON. */
function plainOf(value: WireValue): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, member: unknown) => (typeof member === "bigint" ? String(member) : member)),
  );
}
