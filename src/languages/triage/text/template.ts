/** Texts with `{{placeholders}}` and `#{expressions}`: parsed once, filled in for each resource. */
import { nearest } from "../../serverless-workflow/document/nearest.ts";
import { analyse } from "../expression/analyse.ts";
import { evaluate } from "../expression/evaluate.ts";
import { parseInterpolation } from "../expression/parser.ts";
import type { Node } from "../expression/tree.ts";
import { textOf } from "../expression/values.ts";
import type { ResourceType } from "../model.ts";
import type { Lookups } from "../plan/lookup.ts";
import type { Resource } from "../plan/resource.ts";
import { escapePattern, unescaped } from "./escapes.ts";
import { confidentialText, placeholders } from "./placeholders.ts";

type TemplatePart = string | { placeholder: string } | { expression: Node };

export interface ParsedTemplate {
  parts: TemplatePart[];
  /** Members of the resource that it reads; "all" when that cannot be told. */
  keys: Set<string> | "all";
  /** What is in two braces and no placeholder: it stays as it is. */
  unknown: { offset: number; message: string }[];
}

/** What a text is filled in with. */
export interface Filling {
  type: ResourceType;
  /** Absent for texts about several resources. */
  resource?: Resource;
  /** Texts of further placeholders: of a summary its title and items. */
  extra?: Readonly<Record<string, string>>;
  /** Whether it becomes a title, which is no Markdown. */
  isTitle?: boolean;
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

const marks = new RegExp(`${escapePattern}|#\\{|\\{\\{(\\w+)\\}\\}`, "g");

/** Throws ExpressionSyntaxError. */
export function parseTemplate(text: string, { extra, type }: TemplateContext): ParsedTemplate {
  const parts: TemplatePart[] = [];
  const keys = new Set<string>();
  let readsAll = false;
  const unknown: ParsedTemplate["unknown"] = [];
  const known = [...extra, ...placeholders.keys()];
  const pattern = new RegExp(marks);
  let from = 0;
  for (let mark = pattern.exec(text); mark !== null; mark = pattern.exec(text)) {
    parts.push(text.slice(from, mark.index));
    from = pattern.lastIndex;
    if (mark[0].startsWith("\\")) parts.push(unescaped(mark[0]));
    else if (mark[0] === "#{") {
      const { node, end } = parseInterpolation(text, from);
      const read = analyse(node, type);
      if (read === "all") readsAll = true;
      else for (const key of read) keys.add(key);
      parts.push({ expression: node });
      from = pattern.lastIndex = end + 1;
    } else {
      const placeholder = mark[1] ?? "";
      if (type !== undefined) for (const key of placeholders.get(placeholder)?.keys ?? []) keys.add(key);
      const isEmpty = type === undefined && !extra.includes(placeholder);
      const isKnown = known.includes(placeholder);
      if (isEmpty || !isKnown) unknown.push({ offset: mark.index, message: messageOf(placeholder, isKnown, known) });
      parts.push(isKnown ? { placeholder } : mark[0]);
    }
  }
  parts.push(text.slice(from));
  return { parts: joined(parts), keys: readsAll ? "all" : keys, unknown };
}

/** Texts that follow each other are one. */
function joined(parts: readonly TemplatePart[]): TemplatePart[] {
  const found: TemplatePart[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (typeof part === "string" && typeof last === "string") found[found.length - 1] = last + part;
    else if (part !== "") found.push(part);
  }
  return found;
}

function messageOf(name: string, isKnown: boolean, known: readonly string[]): string {
  if (isKnown) return `{{${name}}} stands for nothing here: this text is about no single resource`;
  const meant = nearest(name, known);
  const hint = meant === undefined ? "" : `; did you mean {{${meant}}}?`;
  return `there is no placeholder {{${name}}}: it stays as it is${hint}`;
}

/** Throws Missing and EvaluationError. */
export function render({ parts }: ParsedTemplate, filling: Filling): string {
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") text += part;
    else if ("expression" in part) text += compute(part.expression, filling);
    else text += fill(part.placeholder, filling, /(?:^|\n)[ \t]*$/.test(text));
  }
  return text;
}

/** `isFirst`: it is the first on its line. */
function fill(name: string, filling: Filling, isFirst: boolean): string {
  const { extra, resource, isTitle } = filling;
  const given = extra !== undefined && Object.hasOwn(extra, name) ? extra[name] : undefined;
  // What is made of texts of the policy is as they want it.
  if (given !== undefined || resource === undefined) return given ?? "";
  const value = valueOf(name, resource, filling);
  return isTitle === true ? value : quoted(value, isFirst);
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** What somebody called an issue is neither HTML nor a quick action. */
function quoted(value: string, isFirst: boolean): string {
  const text = value.replaceAll(/[\r\n]+/g, " ").replaceAll(/[&<>]/g, (found) => entities[found]!);
  return isFirst && /^\s*\/[a-z]/i.test(text) ? text.replace("/", "\\/") : text;
}

function valueOf(name: string, resource: Resource, { redact, type }: Filling): string {
  const placeholder = placeholders.get(name);
  if (placeholder === undefined) return "";
  if (redact && resource["confidential"] === true && placeholder.isPublic !== true) return confidentialText;
  return placeholder.text(resource, type);
}

/** An expression that looks into a confidential resource tells nothing of it, whatever it answers. */
function compute(node: Node, { resource, extra, source, redact, type, lookups, now }: Filling): string {
  const api = { type, resource: resource ?? { ...extra }, source, lookups, now };
  const { value, isPrivate } = evaluate(node, api, now);
  return redact && isPrivate && resource?.["confidential"] === true ? confidentialText : textOf(value);
}
