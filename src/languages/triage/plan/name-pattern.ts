/** What the `name` of a branch has to be like. gitlab-triage leaves it to GitLab's search for branches; regular expressions are ours. */

export interface NamePattern {
  /** A regular expression. */
  source: string;
  flags: "" | "i";
}

/**
 * Without what only regular expressions have, it is what GitLab's search takes: a part of the name, its beginning after `^`, its end before
 * `$`, or all of it with `*` for anything; letters may be small or capital.
 */
export function namePattern(text: string): NamePattern {
  const [, start = "", middle = "", end = ""] = /^(\^?)(.*?)(\$?)$/su.exec(text) ?? [];
  if (/[\\^$()[\]{}|?]|[.+]\*|\.\+/.test(middle)) return { source: text, flags: "" };
  const parts = middle.split("*").map((part) => part.replaceAll(/[.+]/g, "\\$&"));
  const isWhole = parts.length > 1;
  const opening = start === "^" || isWhole ? "^" : "";
  const closing = end === "$" || (isWhole && start === "") ? "$" : "";
  return { source: opening + parts.join(".*") + closing, flags: "i" };
}
