/** docs/reference/events.md as the table of GitLab's webhooks has it. */
import { gitlabTypeTable } from "../../src/events/gitlab/type-table.ts";
import { flags } from "../../src/events/flags.ts";

const introduction = `# Events

Every event is a CloudEvent in the log of its project. GitLab's webhooks become events of the types below; \`data\` is the webhook's body as
it was received, with GitLab AutoFlow's thin ids in front where the body lacks them: \`project.id\`, \`issue.id\`, \`issue.iid\`,
\`merge_request.id\`, \`merge_request.iid\`. The id is the delivery's \`webhook-id\` or \`Idempotency-Key\`, so a delivery sent again is known. The extension
attribute \`comgitlabevent\` is the name in \`X-Gitlab-Event\`. A hook or an action that is not listed here is stored all the same, with a type of the same pattern.

Other systems send CloudEvents to \`POST /api/v1/projects/{id}/events\`, in binary, structured or batch mode.

This page is written by \`npm run docs\`; a test fails when it differs from the code.`;

/** The whole page. */
export function renderEventsPage(): string {
  const types = gitlabTypeTable().map(
    ({ type, hook, field, word }) => `| \`${type}\` | ${hook} | \`${field}\`: ${word} |`,
  );
  const switches = flags.map(
    ({ name, covers, description }) =>
      `| \`${name}\` | ${description} ${covers
        .filter(Boolean)
        .map((prefix) => `\`${prefix}*\``)
        .join(", ")} |`,
  );
  return `${[
    introduction,
    ["| Type | Webhook | Says |", "| --- | --- | --- |", ...types].join("\n"),
    "## Feature flags\n\nFor the instance and for each project, on unless somebody says otherwise: `autoflow flags list`. An event that a flag holds back is stored and starts nothing.",
    ["| Flag | Events |", "| --- | --- |", ...switches].join("\n"),
  ].join("\n\n")}\n`;
}
