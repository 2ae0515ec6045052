/**
 * The `gitlab` action of a dry run: reads are made, writes are planned and answered as GitLab plausibly would. What is read by its
 * own path afterwards is as it was planned; lists are as they are.
 */
import { isWrite, type GitLabRequest, type Json, readGitLabInput } from "../../actions/gitlab/gitlab-input.ts";
import { isObject, type JsonObject } from "../../actions/gitlab/looking.ts";
import type { Action, ActionAnswer, ActionCall, SecretSource } from "../../core/action.ts";
import type { Failure } from "../../core/failure.ts";
import { decodeWire, encodeWire, type WireText } from "../../core/wire.ts";
import { changedObject, newObject } from "./planned-object.ts";
import { maskedSecrets } from "./masked-secrets.ts";
import type { Write } from "./plan.ts";

/** What somebody does to an object by posting to a path below it: it is the object that is answered. */
const deeds = new Set(
  "approve cancel erase play rebase reset_time_estimate reset_spent_time retry subscribe unapprove unsubscribe".split(
    " ",
  ),
);

export class PlannedGitLab {
  readonly #action: Action;
  readonly #secrets: SecretSource;
  readonly #now: () => number;
  /** What objects would be, by path; undefined: deleted. */
  readonly #objects = new Map<string, JsonObject | undefined>();
  /** Paths of objects that are not there yet. */
  readonly #made = new Set<string>();

  /** `now`: epoch ms, of the run's time. */
  constructor(action: Action, secrets: SecretSource, now: () => number) {
    this.#action = action;
    this.#secrets = secrets;
    this.#now = now;
  }

  /** The answer, and the write where it is one. Throws what reading the input throws. */
  async perform(call: ActionCall): Promise<{ answer: ActionAnswer; write?: Write }> {
    const request = readGitLabInput(call.input, call.project, maskedSecrets(this.#secrets, call.project));
    if (!isWrite(request.method)) return { answer: this.#planned(request) ?? (await this.#action.perform(call)) };
    const { method, path, query, body } = request;
    const answer = await this.#write(request, call);
    if ("error" in answer) return { answer };
    const write: Write = {
      kind: "gitlab",
      method,
      path,
      ...(query.length > 0 && { query }),
      ...(body !== undefined && { body: JSON.parse(encodeWire(body)) as unknown }),
    };
    return { answer, write };
  }

  #planned({ method, path }: GitLabRequest): ActionAnswer | undefined {
    if (this.#objects.has(path)) {
      const object = this.#objects.get(path);
      return object === undefined ? { error: missing(method, path) } : answered(200, object);
    }
    return [...this.#made].some((made) => path.startsWith(`${made}/`)) ? answered(200, []) : undefined;
  }

  async #write(request: GitLabRequest, call: ActionCall): Promise<ActionAnswer> {
    const { method, path } = request;
    const fields = isObject(request.body ?? null) ? (request.body as JsonObject) : {};
    const last = path.slice(path.lastIndexOf("/") + 1);
    if (method === "DELETE") {
      if (this.#objects.has(path) && this.#objects.get(path) === undefined) return { error: missing(method, path) };
      this.#objects.set(path, undefined);
      return answered(204, null);
    }
    if (method === "POST" && !deeds.has(last)) {
      const object = newObject(fields, last, this.#now());
      this.#objects.set(`${path}/0`, object);
      this.#made.add(`${path}/0`);
      return answered(201, object);
    }
    const found = await this.#find(path, call);
    if ("error" in found) return { error: { ...found.error, message: found.error.message.replace(/^GET/, method) } };
    const object = changedObject(found.object, fields, this.#now());
    this.#objects.set(found.path, object);
    return answered(method === "POST" ? 201 : 200, object);
  }

  /** The object at a path, or the one above it when the path ends in what is done to it. Failing that an empty one. */
  async #find(path: string, call: ActionCall): Promise<{ path: string; object: JsonObject } | { error: Failure }> {
    const last = path.slice(path.lastIndexOf("/") + 1);
    for (const place of /^[a-z_]+$/.test(last) ? [path, path.slice(0, -last.length - 1)] : [path]) {
      const answer = await this.#read(place, call);
      if ("error" in answer && /^\d+$/.test(last)) return answer;
      const object = "error" in answer ? null : bodyOf(answer.value);
      if (isObject(object)) return { path: place, object };
    }
    return { path, object: {} };
  }

  async #read(path: string, call: ActionCall): Promise<ActionAnswer> {
    const planned = this.#planned({ method: "GET", path, query: [], body: undefined });
    if (planned !== undefined) return planned;
    // What the attempt has of its own are getters, which a copy would lose.
    const { runId, project, attempt, idempotencyKey, timeoutMs, signal } = call;
    const input = encodeWire({ method: "GET", path });
    return this.#action.perform({ input, runId, project, attempt, idempotencyKey, timeoutMs, signal });
  }
}

function answered(statusCode: number, body: Json): ActionAnswer {
  return { value: encodeWire({ status_code: statusCode, body, next: null }) };
}

function bodyOf(answer: WireText): Json {
  return (decodeWire(answer) as { body: Json }).body;
}

function missing(method: string, path: string): Failure {
  return {
    type: "gitlab",
    code: "GITLAB_STATUS",
    message: `${method} ${path} answered 404 Not Found: the plan deletes it before`,
    retryable: false,
    details: { status_code: 404, message: "404 Not Found" },
  };
}
