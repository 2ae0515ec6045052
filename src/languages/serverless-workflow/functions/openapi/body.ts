/** What an operation takes as its body. */
import { entryOf, type DataNode } from "../../document/tree.ts";
import { entriesUnder, follow, isTrue, itemsUnder, textUnder } from "../resources.ts";
import type { BodyPlan, BodyShape, ParameterStyle, PartEncoding } from "../rest/rest-plan.ts";
import { parameterNodes } from "./parameters.ts";
import { danglingReference, type Planning } from "./planning.ts";
import { shapeOf } from "./shape.ts";

/** Absent for an operation that takes none. */
export function planBody(planning: Planning): BodyPlan | undefined {
  return planning.version === 2 ? planBody2(planning) : planBody3(planning);
}

function planBody3({ operation, resources, problems }: Planning): BodyPlan | undefined {
  const given = entryOf(operation.node, "requestBody")?.value;
  if (given === undefined) return undefined;
  const node = follow(given, resources);
  if (node === undefined) {
    danglingReference(given, problems);
    return undefined;
  }
  const content = entriesUnder(node, "content");
  const media = content.toSorted((a, b) => preference(a.key) - preference(b.key))[0];
  const mediaType = sentType(media?.key ?? "application/json");
  const kind = kindOf(mediaType);
  const encoding = kind === "form" || kind === "multipart" ? encodings(media?.value) : undefined;
  return {
    kind,
    mediaType,
    required: isTrue(node, "required"),
    shape: shapeOf(entryOf(media?.value, "schema")?.value, resources),
    ...(encoding !== undefined && { encoding }),
  };
}

/** The least is taken of several media types. */
function preference(mediaType: string): number {
  const kinds: BodyPlan["kind"][] = ["json", "form", "multipart", "text"];
  if (/^application\/json\b/i.test(mediaType)) return -1;
  return kinds.indexOf(kindOf(sentType(mediaType)));
}

/** A range of media types is answered with JSON. */
function sentType(mediaType: string): string {
  return mediaType.includes("*") ? "application/json" : mediaType;
}

function kindOf(mediaType: string): BodyPlan["kind"] {
  const type = mediaType.split(";", 1)[0]!.trim().toLowerCase();
  if (type === "application/json" || type === "text/json" || type.endsWith("+json")) return "json";
  if (type === "application/x-www-form-urlencoded") return "form";
  return type.startsWith("multipart/") ? "multipart" : "text";
}

function encodings(media: DataNode | undefined): { [property: string]: PartEncoding } | undefined {
  const all = Object.create(null) as { [property: string]: PartEncoding };
  for (const { key, value } of entriesUnder(media, "encoding")) {
    const contentType = textUnder(value, "contentType");
    const style = textUnder(value, "style") as ParameterStyle | undefined;
    const explode = entryOf(value, "explode")?.value;
    all[key] = {
      ...(contentType !== undefined && { contentType }),
      ...(style !== undefined && { style }),
      ...(explode?.kind === "scalar" && typeof explode.value === "boolean" && { explode: explode.value }),
      ...(isTrue(value, "allowReserved") && { allowReserved: true }),
    };
  }
  return Object.keys(all).length === 0 ? undefined : all;
}

/** OpenAPI 2: a parameter in "body", or those in "formData". */
function planBody2(planning: Planning): BodyPlan | undefined {
  const { document, operation, resources } = planning;
  const own = itemsUnder(operation.node, "consumes");
  const consumes = (own.length > 0 ? own : itemsUnder(document, "consumes")).map((item) =>
    item.kind === "scalar" ? String(item.value) : "",
  );
  const parameters = parameterNodes(planning);
  const body = parameters.find((node) => textUnder(node, "in") === "body");
  if (body !== undefined) {
    const mediaType = sentType(consumes.toSorted((a, b) => preference(a) - preference(b))[0] ?? "application/json");
    const name = textUnder(body, "name");
    return {
      kind: kindOf(mediaType),
      mediaType,
      required: isTrue(body, "required"),
      shape: shapeOf(entryOf(body, "schema")?.value, resources),
      ...(name !== undefined && { name }),
    };
  }
  const fields = parameters.filter((node) => textUnder(node, "in") === "formData");
  return fields.length === 0 ? undefined : formOf(fields, consumes, planning);
}

function formOf(fields: DataNode[], consumes: string[], { resources }: Planning): BodyPlan {
  const properties = Object.create(null) as { [name: string]: BodyShape };
  const encoding = Object.create(null) as { [name: string]: PartEncoding };
  for (const field of fields) {
    const name = textUnder(field, "name") ?? "";
    const isFile = textUnder(field, "type") === "file";
    properties[name] = isFile ? { isFile: true } : shapeOf(field, resources);
    const format = textUnder(field, "collectionFormat");
    if (textUnder(field, "type") === "array" && format !== "multi") encoding[name] = { style: "form", explode: false };
  }
  const needsParts = fields.some((field) => textUnder(field, "type") === "file");
  const isMultipart = needsParts || (consumes.length > 0 && consumes.every((type) => kindOf(type) === "multipart"));
  return {
    kind: isMultipart ? "multipart" : "form",
    mediaType: isMultipart ? "multipart/form-data" : "application/x-www-form-urlencoded",
    required: fields.some((field) => isTrue(field, "required")),
    shape: { type: "object", properties },
    ...(Object.keys(encoding).length > 0 && { encoding }),
  };
}
