/** The filters that lists of issues and of merge requests share. */
import type { Issuable } from "../model/issuable.ts";
import type { Milestone } from "../model/milestone.ts";
import type { User } from "../model/user.ts";
import type { World } from "../model/world.ts";
import { dayOf } from "../views/times.ts";
import { badParameter } from "../operations/refusal.ts";
import { findUser } from "./found.ts";
import {
  bool,
  idOrAny,
  integer,
  integers,
  names,
  oneOf,
  optional,
  params,
  requireExclusive,
  text,
  texts,
  time,
} from "./params.ts";

/** An issue or a merge request: what the filters look at. */
export type Filtered = Issuable & { assignees: User[]; milestone: Milestone | undefined };
export type Test = (item: Filtered) => boolean;

const filterParams = params({
  labels: optional(names),
  milestone: optional(text),
  milestone_id: optional(oneOf("None", "Any", "Upcoming", "Started")),
  author_id: optional(integer),
  author_username: optional(text),
  assignee_id: optional(idOrAny),
  assignee_username: optional(texts),
  my_reaction_emoji: optional(text),
  iids: optional(integers),
  search: optional(text),
  in: optional(text),
  created_after: optional(time),
  created_before: optional(time),
  updated_after: optional(time),
  updated_before: optional(time),
  with_labels_details: optional(bool),
  scope: optional(oneOf("created_by_me", "assigned_to_me", "created-by-me", "assigned-to-me", "reviews_for_me", "all")),
});

/** Tests that all must pass. `who` is who asks. Throws 400. */
export function commonTests(world: World, input: Record<string, unknown>, who: User | undefined): Test[] {
  const given = filterParams(input);
  requireExclusive(input, "author_id", "author_username");
  requireExclusive(input, "assignee_id", "assignee_username");
  const tests: Test[] = [];
  addPeople(world, given, tests);
  addScope(given.scope, who, tests);
  addTimes(given, tests);
  if (given.labels !== undefined && given.labels.length > 0) tests.push(labelsTest(given.labels));
  const milestone = given.milestone ?? given.milestone_id;
  if (milestone !== undefined && milestone !== "") tests.push(milestoneTest(world, milestone));
  if (given.iids !== undefined && given.iids.length > 0) {
    const iids = new Set(given.iids);
    tests.push(({ iid }) => iids.has(iid));
  }
  if (given.my_reaction_emoji !== undefined && given.my_reaction_emoji !== "") {
    tests.push(reactionTest(given.my_reaction_emoji, who));
  }
  if (given.search !== undefined && given.search.trim() !== "") tests.push(searchTest(given.search, given.in));
  return tests;
}

function addPeople(
  world: World,
  given: {
    author_id: number | undefined;
    author_username: string | undefined;
    assignee_id: number | "none" | "any" | undefined;
    assignee_username: string[] | undefined;
  },
  tests: Test[],
): void {
  if (given.author_id !== undefined) tests.push(({ author }) => author.id === given.author_id);
  if (given.author_username !== undefined) {
    const author = findUserByName(world, given.author_username);
    tests.push((item) => author !== undefined && item.author === author);
  }
  const id = given.assignee_id;
  if (id === "none" || id === 0) tests.push(({ assignees }) => assignees.length === 0);
  else if (id === "any") tests.push(({ assignees }) => assignees.length > 0);
  else if (id !== undefined) tests.push(({ assignees }) => assignees.some((user) => user.id === id));
  for (const name of given.assignee_username ?? []) {
    const assignee = findUserByName(world, name);
    tests.push(({ assignees }) => assignee !== undefined && assignees.includes(assignee));
  }
}

function findUserByName(world: World, name: string): User | undefined {
  return /^\d+$/.test(name) ? undefined : findUser(world, name);
}

function addScope(scope: string | undefined, who: User | undefined, tests: Test[]): void {
  const name = scope?.replaceAll("-", "_");
  if (name === "created_by_me") tests.push(({ author }) => author === who);
  if (name === "assigned_to_me") tests.push(({ assignees }) => who !== undefined && assignees.includes(who));
}

function addTimes(
  given: Record<"created_after" | "created_before" | "updated_after" | "updated_before", number | undefined>,
  tests: Test[],
): void {
  const { created_after, created_before, updated_after, updated_before } = given;
  if (created_after !== undefined) tests.push(({ createdAt }) => createdAt >= created_after);
  if (created_before !== undefined) tests.push(({ createdAt }) => createdAt <= created_before);
  if (updated_after !== undefined) tests.push(({ updatedAt }) => updatedAt >= updated_after);
  if (updated_before !== undefined) tests.push(({ updatedAt }) => updatedAt <= updated_before);
}

/** All of these labels; None: no label; Any: some; a name with "*" at its end: one that begins so. */
export function labelsTest(wanted: readonly string[]): (item: Pick<Issuable, "labels">) => boolean {
  const word = wanted.length === 1 ? wanted[0]!.toLowerCase() : "";
  if (word === "none" || word === "no label") return ({ labels }) => labels.length === 0;
  if (word === "any") return ({ labels }) => labels.length > 0;
  return ({ labels }) => wanted.every((name) => labels.some((label) => matchesName(label.name, name)));
}

function matchesName(name: string, wanted: string): boolean {
  return wanted.endsWith("::*") ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
}

/** A title, or None, Any, Upcoming, Started. */
function milestoneTest(world: World, wanted: string): Test {
  switch (wanted.toLowerCase()) {
    case "none":
    case "no milestone":
      return ({ milestone }) => milestone === undefined;
    case "any":
      return ({ milestone }) => milestone !== undefined;
    case "upcoming":
      return ({ milestone }) => milestone?.state === "active" && (milestone.dueDate ?? "") > dayOf(world.now());
    case "started": {
      const today = dayOf(world.now());
      return ({ milestone }) =>
        milestone?.state === "active" &&
        (milestone.startDate !== null || milestone.dueDate !== null) &&
        (milestone.startDate ?? "") <= today &&
        (milestone.dueDate === null || milestone.dueDate >= today);
    }
    default:
      return ({ milestone }) => milestone?.title === wanted;
  }
}

function reactionTest(emoji: string, who: User | undefined): Test {
  const word = emoji.toLowerCase();
  const own = (item: Filtered): boolean => item.awards.some(({ user }) => user === who);
  if (word === "none") return (item) => !own(item);
  if (word === "any") return own;
  return ({ awards }) => awards.some(({ user, name }) => user === who && name === emoji);
}

/** Every word must be in the title or the description, in any spelling; words between quotes belong together. */
function searchTest(search: string, where: string | undefined): Test {
  const places =
    where === undefined || where === "" ? ["title", "description"] : where.split(",").map((place) => place.trim());
  if (places.some((place) => place !== "title" && place !== "description"))
    throw badParameter("in does not have a valid value");
  const words = [...search.toLowerCase().matchAll(/"([^"]+)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!);
  return (item) => {
    const texts = [
      ...(places.includes("title") ? [item.title.toLowerCase()] : []),
      ...(places.includes("description") ? [(item.description ?? "").toLowerCase()] : []),
    ];
    return words.every((word) => texts.some((text) => text.includes(word)));
  };
}

const notParams = params({
  labels: optional(names),
  milestone: optional(text),
  milestone_id: optional(text),
  author_id: optional(integer),
  author_username: optional(text),
  assignee_id: optional(integer),
  assignee_username: optional(texts),
  my_reaction_emoji: optional(text),
  iids: optional(integers),
});

/** Tests for what `not[…]` leaves out. */
export function notTests(world: World, input: Record<string, unknown>, who: User | undefined): Test[] {
  const raw = input["not"];
  if (typeof raw !== "object" || raw === null) return [];
  const given = notParams(raw as Record<string, unknown>);
  const tests: Test[] = [];
  for (const name of given.labels ?? [])
    tests.push(({ labels }) => !labels.some((label) => matchesName(label.name, name)));
  const milestone = given.milestone ?? given.milestone_id;
  if (milestone !== undefined) {
    const test = milestoneTest(world, milestone);
    tests.push((item) => !test(item));
  }
  for (const test of excluded(world, given)) tests.push((item) => !test(item));
  if (given.my_reaction_emoji !== undefined) {
    const test = reactionTest(given.my_reaction_emoji, who);
    tests.push((item) => !test(item));
  }
  return tests;
}

function excluded(world: World, given: ReturnType<typeof notParams>): Test[] {
  const tests: Test[] = [];
  const author = given.author_username === undefined ? undefined : findUserByName(world, given.author_username);
  if (given.author_id !== undefined) tests.push((item) => item.author.id === given.author_id);
  if (author !== undefined) tests.push((item) => item.author === author);
  if (given.assignee_id !== undefined)
    tests.push(({ assignees }) => assignees.some(({ id }) => id === given.assignee_id));
  for (const name of given.assignee_username ?? []) {
    tests.push(({ assignees }) => assignees.some(({ username }) => username.toLowerCase() === name.toLowerCase()));
  }
  const { iids } = given;
  if (iids !== undefined) tests.push(({ iid }) => iids.includes(iid));
  return tests;
}
