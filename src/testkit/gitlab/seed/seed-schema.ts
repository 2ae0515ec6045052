/** What a seed file holds: what there is when the simulated GitLab begins. */
import { Type, type Static, type TSchema } from "typebox";

const strict = { additionalProperties: false };
const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);
const text = (description: string) => Type.String({ description });
const number = (description: string) => Type.Integer({ description });
const yes = (description: string) => Type.Boolean({ description });
const texts = (description: string) => Type.Array(Type.String(), { description });
const choice = <const T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: "string", enum: [...values], description });

const roleNames = ["guest", "planner", "reporter", "developer", "maintainer", "owner"] as const;
const visibility = choice(["private", "internal", "public"], "Who sees it; private when it is not given.");
const members = Type.Record(Type.String(), choice(roleNames, "A role."), {
  description: "User names and their roles.",
});
const time = (what: string) => text(`${what}: RFC 3339, or "5 days ago".`);

const label = Type.Object(
  {
    name: text("The name; with a scope: `workflow::ready`."),
    color: optional(text("#RRGGBB.")),
    description: optional(text("A description.")),
    priority: optional(number("Among the prioritized labels.")),
  },
  strict,
);

const milestone = Type.Object(
  {
    title: text("The title."),
    description: optional(text("A description.")),
    start_date: optional(text("YYYY-MM-DD.")),
    due_date: optional(text("YYYY-MM-DD.")),
    state: optional(choice(["active", "closed"], "active when it is not given.")),
  },
  strict,
);

const note = Type.Object(
  {
    body: text("The text."),
    author: optional(text("A user name; the administrator when it is not given.")),
    internal: optional(yes("Only for reporters and above.")),
    created_at: optional(time("When it was written")),
  },
  strict,
);

const planned = {
  title: text("The title."),
  description: optional(text("The description.")),
  author: optional(text("A user name; the administrator when it is not given.")),
  assignees: optional(texts("User names.")),
  labels: optional(texts("Names; labels that are not there are made.")),
  milestone: optional(text("The title of a milestone of the project or of a group above it.")),
  notes: optional(Type.Array(note, { description: "Comments, oldest first." })),
  upvotes: optional(texts("User names of those who gave a thumbs up.")),
  created_at: optional(time("When it was opened")),
  updated_at: optional(time("When it was last changed")),
  closed_at: optional(time("When it was closed")),
};

const issue = Type.Object(
  {
    ...planned,
    iid: optional(number("Its number in the project.")),
    state: optional(choice(["opened", "closed"], "opened when it is not given.")),
    type: optional(choice(["issue", "incident", "test_case", "task"], "issue when it is not given.")),
    weight: optional(number("The weight.")),
    due_date: optional(text("YYYY-MM-DD.")),
    confidential: optional(yes("Only for those who may see it.")),
    epic: optional(text("The title of an epic of a group above the project.")),
    iteration: optional(text("The title of an iteration of a group above the project.")),
    health_status: optional(choice(["on_track", "needs_attention", "at_risk"], "The health.")),
  },
  strict,
);

const mergeRequest = Type.Object(
  {
    ...planned,
    iid: optional(number("Its number in the project.")),
    source_branch: text("A branch of the project."),
    target_branch: optional(text("The default branch when it is not given.")),
    reviewers: optional(texts("User names.")),
    approved_by: optional(texts("User names.")),
    state: optional(choice(["opened", "closed", "merged"], "opened when it is not given.")),
  },
  strict,
);

const hook = Type.Object(
  {
    url: text("Where it is sent."),
    token: optional(text("X-Gitlab-Token.")),
    signing_token: optional(text("whsec_… for signatures.")),
    events: optional(texts("Names of switches, as `issues_events`; all when it is not given.")),
  },
  strict,
);

const jobStatus = choice(
  ["created", "pending", "running", "success", "failed", "canceled", "skipped", "manual"],
  "The status.",
);

const pipeline = Type.Object(
  {
    ref: optional(text("The default branch when it is not given.")),
    status: optional(jobStatus),
    jobs: Type.Array(
      Type.Object(
        { name: text("The name."), stage: optional(text("test when it is not given.")), status: optional(jobStatus) },
        strict,
      ),
      { description: "Jobs, in the order of their stages." },
    ),
  },
  strict,
);

const files = Type.Record(Type.String(), Type.String(), { description: "Paths and contents." });

const user = Type.Object(
  {
    username: text("The name."),
    id: optional(number("The id.")),
    name: optional(text("The whole name.")),
    email: optional(text("The e-mail address.")),
    admin: optional(yes("An administrator.")),
    bot: optional(yes("A bot.")),
    token: optional(text("A personal access token with the scope `api`.")),
  },
  strict,
);

const group = Type.Object(
  {
    path: text("The full path; groups above it come before it."),
    id: optional(number("The id.")),
    name: optional(text("The name; the last part of the path when it is not given.")),
    description: optional(text("A description.")),
    visibility: optional(visibility),
    members: optional(members),
    labels: optional(Type.Array(label, { description: "Labels." })),
    milestones: optional(Type.Array(milestone, { description: "Milestones." })),
    iterations: optional(
      Type.Array(
        Type.Object(
          { title: text("The title."), start_date: text("YYYY-MM-DD."), due_date: text("YYYY-MM-DD.") },
          strict,
        ),
        { description: "Iterations." },
      ),
    ),
    epics: optional(
      Type.Array(
        Type.Object(
          {
            title: text("The title."),
            description: optional(text("The description.")),
            labels: optional(texts("Names.")),
            state: optional(choice(["opened", "closed"], "opened when it is not given.")),
          },
          strict,
        ),
        { description: "Epics." },
      ),
    ),
    hooks: optional(Type.Array(hook, { description: "Webhooks." })),
  },
  strict,
);

const project = Type.Object(
  {
    path: text("The full path, in a group that is there or below a user's name."),
    id: optional(number("The id.")),
    name: optional(text("The name; the last part of the path when it is not given.")),
    description: optional(text("A description.")),
    visibility: optional(visibility),
    topics: optional(texts("Topics.")),
    members: optional(members),
    default_branch: optional(text("main when it is not given.")),
    files: optional(files),
    branches: optional(
      Type.Record(Type.String(), files, {
        description: "Branches off the default branch, with the files that differ.",
      }),
    ),
    tags: optional(Type.Record(Type.String(), Type.String(), { description: "Tags and the refs they are made of." })),
    labels: optional(Type.Array(label, { description: "Labels." })),
    milestones: optional(Type.Array(milestone, { description: "Milestones." })),
    issues: optional(Type.Array(issue, { description: "Issues." })),
    merge_requests: optional(Type.Array(mergeRequest, { description: "Merge requests." })),
    pipelines: optional(Type.Array(pipeline, { description: "Pipelines." })),
    environments: optional(texts("Names.")),
    hooks: optional(Type.Array(hook, { description: "Webhooks." })),
    settings: optional(
      Type.Object(
        {},
        { description: "Settings under the names that the API has for them.", additionalProperties: true },
      ),
    ),
  },
  strict,
);

export const seedSchema = Type.Object(
  {
    users: optional(Type.Array(user, { description: "Users beside the administrator `root`." })),
    groups: optional(Type.Array(group, { description: "Groups." })),
    projects: optional(Type.Array(project, { description: "Projects." })),
  },
  strict,
);

export type Seed = Static<typeof seedSchema>;
export type SeedUser = NonNullable<Seed["users"]>[number];
export type SeedGroup = NonNullable<Seed["groups"]>[number];
export type SeedProject = NonNullable<Seed["projects"]>[number];
export type SeedIssue = NonNullable<SeedProject["issues"]>[number];
export type SeedMergeRequest = NonNullable<SeedProject["merge_requests"]>[number];
export type SeedHook = NonNullable<SeedProject["hooks"]>[number];
