/** The README of an example, as that of a project which began with it. */

/** The first sentence behind the title. */
export function summaryOf(readme: string): string {
  const paragraph = readme.split("\n\n")[1] ?? "";
  const text = paragraph.replaceAll(/\s+/g, " ").replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
  return /^.*?[.:](?= [A-Z]|$)/.exec(text)?.[0] ?? text;
}

/** It stands beside the script: links are relative to that folder, and pages of the documentation are named only. */
export function projectReadme(name: string, readme: string): string {
  return readme
    .replaceAll(/\[([^\]]*)\]\(\.\.\/\.\.\/docs\/([^)]*)\)/g, (_, text: string, page: string) =>
      text === `docs/${page}` ? `\`${text}\`` : `${text} (\`docs/${page}\`)`,
    )
    .replaceAll("](.gitlab/autoflow/", "](")
    .replaceAll("](.gitlab/", "](../")
    .replaceAll("[.gitlab/autoflow/", "[")
    .replaceAll(`npx autoflow test examples/${name}`, "npx autoflow test")
    .replaceAll(/copy\s+`\.gitlab`\s+into\s+(?:a|the)\s+project,\s+(?:and\s+)?/g, "");
}
