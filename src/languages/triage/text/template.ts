/** Texts with `{{placeholders}}` and `#{expressions}`: parsed once, filled in for each resource. */
import type { Answers } from "../plan/lookup.ts";
import type { Resource } from "../plan/resource.ts";
import type { ResourceType } from "../model.ts";
import { nearest } from "../../serverless-workflow/document/nearest.ts";
import { ExpressionSyntaxError } from "../expression/syntax-error.ts";
import { confidentialText, placeholders } from "./placeholders.ts";

export type TemplatePart = string | { placeholder: string };

export interface ParsedTemplate {
  parts: TemplatePart[];
}

/** What a text is filled in with. */
export interface Filling {
  type: ResourceType;
  /** Absent for texts about several resources. */
  resource?: Resource;
  /** Texts of further placeholders: of a summary its title and items. */
  extra?: Readonly<Record<string, string>>;
  /** Whether nothing of a confidential resource may be told. */
  redact: boolean;
  shared: Answers;
  own: Answers;
}

/** Throws ExpressionSyntaxError. `extra` are the placeholders that this text knows beside those of resources, or in place of them. */
export function parseTemplate(text: string, extra: readonly string[], ofResource: boolean): ParsedTemplate {
  const parts: TemplatePart[] = [];
  let from = 0;
  for (const { index, 0: whole, 1: name = "" } of text.matchAll(/\{\{(\w+)\}\}/g)) {
    parts.push(text.slice(from, index));
    from = index + whole.length;
    const known = [...extra, ...(ofResource ? placeholders.keys() : [])];
    if (!known.includes(name)) {
      const meant = nearest(name, known);
      const hint = meant === undefined ? "" : `; did you mean {{${meant}}}?`;
      throw new ExpressionSyntaxError(`there is no placeholder {{${name}}} here${hint}`, index);
    }
    parts.push({ placeholder: name });
  }
  parts.push(text.slice(from));
  return { parts: parts.filter((part) => part !== "") };
}

/** Members of a resource that a template reads. */
export function templateKeys({ parts }: ParsedTemplate): string[] {
  return parts.flatMap((part) => (typeof part === "string" ? [] : (placeholders.get(part.placeholder)?.keys ?? [])));
}

/** Throws Missing, and what expressions throw. */
export function render(template: ParsedTemplate, filling: Filling): string {
  return template.parts.map((part) => (typeof part === "string" ? part : fill(part.placeholder, filling))).join("");
}

function fill(name: string, { extra, resource, redact, type }: Filling): string {
  const given = extra !== undefined && Object.hasOwn(extra, name) ? extra[name] : undefined;
  if (given !== undefined || resource === undefined) return given ?? "";
  const placeholder = placeholders.get(name);
  if (placeholder === undefined) return "";
  if (redact && resource["confidential"] === true && placeholder.isPublic !== true) return confidentialText;
  return placeholder.text(resource, type);
}
