/** The body of a request. */
import { fingerprint } from "../../../../core/hash.ts";
import type { JqObject, Value } from "../../../jq/value.ts";
import { printJson } from "../json-text.ts";
import { CallProblem } from "../problem.ts";
import { fitted } from "./fit.ts";
import type { BodyPlan, BodyShape, PartEncoding } from "./rest-plan.ts";
import { plainText, writeQuery } from "./serialize.ts";

export interface Body {
  mediaType: string;
  text: string;
}

/** The body that is made of what the parameters left of the arguments; undefined for none. Throws CallProblem. */
export function writeBody(plan: BodyPlan, remaining: Value | undefined): Body | undefined {
  const value = contentOf(plan, remaining);
  if (value === undefined || value === null) {
    if (!plan.required || plan.kind !== "json" || !isObjectShape(plan.shape)) return undefined;
    return { mediaType: plan.mediaType, text: "{}" };
  }
  switch (plan.kind) {
    case "json":
      return { mediaType: plan.mediaType, text: printJson(fitted(value, plan.shape)) };
    case "form":
      return { mediaType: plan.mediaType, text: formText(fields(value, plan), plan) };
    case "multipart":
      return multipart(fields(value, plan), plan);
    case "text":
      if (typeof value === "object" && /\bxml\b/i.test(plan.mediaType)) {
        throw new CallProblem(
          `a body of type ${plan.mediaType} is sent as it is: give its text as the only argument beside the parameters`,
        );
      }
      return { mediaType: plan.mediaType, text: plainText(value) };
  }
}

/** What is sent: an object, or where the schema wants something else, the one argument that is left. */
function contentOf(plan: BodyPlan, remaining: Value | undefined): Value | undefined {
  if (!(remaining instanceof Map)) return remaining;
  if (remaining.size === 0) return undefined;
  const only = remaining.size === 1 ? [...remaining][0] : undefined;
  if (only !== undefined && only[0] === plan.name && plan.shape.properties?.[plan.name] === undefined) return only[1];
  if (plan.kind !== "text" && isObjectShape(plan.shape)) return remaining;
  if (only !== undefined) return only[1];
  if (plan.kind === "text") return remaining;
  throw new CallProblem(
    `the body has to be ${plan.shape.type === "array" ? "a list" : `a ${plan.shape.type}`}, and ${remaining.size} arguments are left for it: ` +
      [...remaining.keys()].join(", "),
  );
}

function isObjectShape({ type }: BodyShape): boolean {
  return type === undefined || type === "object";
}

function fields(value: Value, plan: BodyPlan): JqObject {
  if (value instanceof Map) return value;
  throw new CallProblem(`a body of type ${plan.mediaType} is made of named arguments`);
}

/** Arrays repeat their name, objects are JSON, unless the document says otherwise. */
function formText(object: JqObject, plan: BodyPlan): string {
  const pieces: string[] = [];
  for (const [name, value] of object) {
    const { style = "form", explode, allowReserved, ...rest } = plan.encoding?.[name] ?? {};
    const isNested =
      value instanceof Map && Object.keys(plan.encoding?.[name] ?? {}).every((key) => key === "contentType");
    const written = isNested || isJsonType(rest.contentType) ? printJson(value) : value;
    pieces.push(
      ...writeQuery(value === null ? null : written, {
        name,
        style,
        explode: explode ?? style === "form",
        ...(allowReserved === true && { allowReserved }),
      }),
    );
  }
  return pieces.join("&");
}

function isJsonType(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/(?:[^;]*\+)?json\b/i.test(contentType);
}

interface Part {
  headers: string[];
  text: string;
}

/** RFC 7578. Arrays are several parts of one name, objects are JSON. */
function multipart(object: JqObject, plan: BodyPlan): Body {
  const parts: Part[] = [];
  for (const [name, value] of object) {
    if (value === null) continue;
    const shape = plan.shape.properties?.[name] ?? {};
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== null) parts.push(partOf(name, item, shape.items ?? shape, plan.encoding?.[name]));
    }
  }
  const texts = parts.map(({ headers, text }) => `${headers.join("\r\n")}\r\n\r\n${text}\r\n`);
  const boundary = `autoflow-${fingerprint(...texts)}${fingerprint(...texts.toReversed())}`;
  const type = plan.mediaType.split(";", 1)[0]!.replace("*", "form-data");
  return {
    mediaType: `${type}; boundary=${boundary}`,
    text: [...texts.map((text) => `--${boundary}\r\n${text}`), `--${boundary}--\r\n`].join(""),
  };
}

function partOf(name: string, value: Value, shape: BodyShape, encoding: PartEncoding | undefined): Part {
  const isNested = value !== null && typeof value === "object";
  const type =
    encoding?.contentType?.split(",", 1)[0] ??
    (isNested ? "application/json" : shape.isFile === true ? "application/octet-stream" : undefined);
  const file = shape.isFile === true ? `; filename="${quotedName(name)}"` : "";
  const headers = [`Content-Disposition: form-data; name="${quotedName(name)}"${file}`];
  if (type !== undefined && !type.includes("*")) headers.push(`Content-Type: ${type}`);
  return { headers, text: isNested || isJsonType(type) ? printJson(value) : plainText(value) };
}

/** As browsers write names: quotes and line breaks percent-encoded. */
function quotedName(name: string): string {
  return name.replace(
    /["\r\n]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
