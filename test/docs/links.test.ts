import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

const root = path.resolve(import.meta.dirname, "../..");

test("every relative link in a Markdown file leads to something", () => {
  const dead = markdownFiles().flatMap((file) => deadLinks(file).map((link) => `${file}: ${link}`));
  assert.deepEqual(dead, []);
});

/** The project's own Markdown files, committed or about to be. */
function markdownFiles(): string[] {
  const list = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.md"], { cwd: root, encoding: "utf8" });
  return list.split("\n").filter((file) => file !== "" && existsSync(path.join(root, file)));
}

function deadLinks(file: string): string[] {
  const text = readFileSync(path.join(root, file), "utf8").replaceAll(/```[\s\S]*?```/g, "");
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [target = "", anchor] = link.split("#");
    const linked = target === "" ? path.join(root, file) : path.resolve(root, path.dirname(file), decodeURI(target));
    if (!existsSync(linked)) return true;
    return anchor !== undefined && linked.endsWith(".md") && !anchors(readFileSync(linked, "utf8")).has(anchor);
  });
}

/** The anchors that a page's headings get on GitLab and GitHub. */
function anchors(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map((match) => match[1]!);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}
