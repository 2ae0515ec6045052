/** Texts with `{{placeholders}}` and `#{expressions}`: parsed once, filled in for each resource. */
import { nearest } from "../../serverless-workflow/document/nearest.ts";
import { analyse } from "../expression/analyse.ts";
import { evaluate } from "../expression/evaluate.ts";
import { parseInterpolation } from "../expression/parser.ts";
import { ExpressionSyntaxError } from "../expression/syntax-error.ts";
import type { Node } from "../expression/tree.ts";
import { textOf } from "../expression/values.ts";
import type { ResourceType } from "../model.ts";
import type { Lookups } from "../plan/lookup.ts";
import type { Resource } from "../plan/resource.ts";
import { confidentialText, placeholders } from "./placeholders.ts";

type TemplatePart = string | { placeholder: string } | { expression: Node };

export interface ParsedTemplate {
  parts: TemplatePart[];
  /** Members of the resource that it reads; "all" when that cannot be told. */
  keys: Set<string> | "all";
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
  /** Path of where the resource was found. */
  source: string;
  lookups: Lookups;
  /** Epoch ms that is now for all of a run. */
  now: number;
}

export interface TemplateContext {
  /** Placeholders beside those of a resource. */
  extra: readonly string[];
  /** Of the resource; undefined where the text is about none. */
  type: ResourceType | undefined;
}

/** Throws ExpressionSyntaxError. A backslash keeps `#{` from being one. */
export function parseTemplate(text: string, { extra, type }: TemplateContext): ParsedTemplate {
  const parts: TemplatePart[] = [];
  const keys = new Set<string>();
  let readsAll = false;
  let from = 0;
  const marks = /\\#\{|#\{|\{\{(\w+)\}\}/g;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    parts.push(text.slice(from, mark.index));
    from = marks.lastIndex;
    if (mark[0] === "\\#{") parts.push("#{");
    else if (mark[0] === "#{") {
      const { node, end } = parseInterpolation(text, from);
      const read = analyse(node, type);
      if (read === "all") readsAll = true;
      else for (const key of read) keys.add(key);
      parts.push({ expression: node });
      from = marks.lastIndex = end + 1;
    } else {
      const placeholder = mark[1] ?? "";
      requirePlaceholder(placeholder, [...extra, ...(type === undefined ? [] : placeholders.keys())], mark.index);
      if (type !== undefined) for (const key of placeholders.get(placeholder)?.keys ?? []) keys.add(key);
      parts.push({ placeholder });
    }
  }
  parts.push(text.slice(from));
  return { parts: parts.filter((part) => part !== ""), keys: readsAll ? "all" : keys };
}

function requirePlaceholder(name: string, known: readonly string[], offset: number): void {
  if (known.includes(name)) return;
  const meant = nearest(name, known);
  const hint = meant === undefined ? `; there are ${known.join(", ")}` : `; did you mean {{${meant}}}?`;
  throw new ExpressionSyntaxError(`there is no placeholder {{${name}}} here${hint}`, offset);
}

/** Throws Missing and EvaluationError. */
export function render({ parts }: ParsedTemplate, filling: Filling): string {
  return parts
    .map((part) => {
      if (typeof part === "string") return part;
      return "placeholder" in part ? fill(part.placeholder, filling) : compute(part.expression, filling);
    })
    .join("");
}

function fill(name: string, { extra, resource, redact, type }: Filling): string {
  const given = extra !== undefined && Object.hasOwn(extra, name) ? extra[name] : undefined;
  if (given !== undefined || resource === undefined) return given ?? "";
  const placeholder = placeholders.get(name);
  if (placeholder === undefined) return "";
  if (redact && resource["confidential"] === true && placeholder.isPublic !== true) return confidentialText;
  return placeholder.text(resource, type);
}

/** An expression that looks into a confidential resource tells nothing of it, whatever it answers. */
function compute(node: Node, { resource, source, redact, type, lookups, now }: Filling): string {
  const api = resource === undefined ? undefined : { type, resource, source, lookups, now };
  const { value, isPrivate } = evaluate(node, api, now);
  return redact && isPrivate && resource?.["confidential"] === true ? confidentialText : textOf(value);
}
