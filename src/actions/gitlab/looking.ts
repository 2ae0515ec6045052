/** How a rule looks for what an earlier attempt of a write made. */
import type { Json } from "./gitlab-input.ts";

export type JsonObject = { [key: string]: Json };

export interface Looking {
  /** Of the write. */
  path: string;
  segments: readonly string[];
  /** Parameters of the write, of its query and body. */
  wanted: JsonObject;
  /** What is at a path; undefined when nothing is, or it may not be read. */
  read(path: string, query?: Record<string, string>): Promise<Json | undefined>;
  /** The items of a list, of its first pages of 100. */
  list(path: string, query?: Record<string, string>, pages?: number): Promise<JsonObject[]>;
  /** The user that the token belongs to; undefined when GitLab does not tell. */
  owner(): Promise<JsonObject | undefined>;
  /** Epoch ms, by the instance's clock, of the write's first attempt. To be asked for after something was read. */
  since(): number;
}

/** Whether an object was created since the write was first tried. */
export function isNew(looking: Looking, { created_at: createdAt }: JsonObject): boolean {
  return typeof createdAt === "string" && Date.parse(createdAt) >= looking.since();
}

/** Whether the object of a user has the id of another one. */
export function isUser(user: Json | undefined, owner: JsonObject | undefined): boolean {
  return owner !== undefined && isObject(user) && user["id"] === owner["id"];
}

/** Whether an object has what was wanted in these fields; one for which nothing was wanted does not count. */
export function hasWanted({ wanted }: Looking, found: JsonObject, fields: readonly string[]): boolean {
  return fields.every((field) => {
    const [want, got] = [wanted[field] ?? null, found[field] ?? null];
    return want === null || (got !== null && textOf(want) === textOf(got));
  });
}

/** Texts as GitLab keeps them: without lines of quick actions, and without space at their ends. */
function textOf(value: Json): string {
  return (typeof value === "object" ? JSON.stringify(value) : String(value))
    .replaceAll("\r\n", "\n")
    .replaceAll(/^\/[a-z_]+\b.*$/gm, "")
    .trim();
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
