/** The drafts of JSON Schema, and a validator for each. */
import { Ajv, type Options } from "ajv";
import Draft4 from "ajv-draft-04";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

export type Draft = "draft-04" | "draft-07" | "2019-09" | "2020-12";

/** Keywords that only the drafts of a year know. */
const newKeywords: readonly (readonly [Draft, readonly string[]])[] = [
  ["2020-12", ["prefixItems", "$dynamicRef", "$dynamicAnchor"]],
  ["2019-09", ["$recursiveRef", "$recursiveAnchor", "$defs", "$anchor", "dependentSchemas", "dependentRequired"]],
  ["2019-09", ["unevaluatedProperties", "unevaluatedItems", "minContains", "maxContains"]],
];

/**
 * The draft of a schema: what its `$schema` says; without one, draft 7, unless keywords of another are in it. Draft 6 is read as
 * draft 7, which only adds to it.
 */
export function draftOf(schema: unknown, keywords: ReadonlySet<string>): Draft {
  const named =
    typeof schema === "object" && schema !== null ? (schema as Record<string, unknown>)["$schema"] : undefined;
  if (typeof named === "string") {
    if (/draft-0?[1-4]\b/.test(named)) return "draft-04";
    if (named.includes("2019-09")) return "2019-09";
    if (named.includes("2020-12") || named.includes("draft/next")) return "2020-12";
    return "draft-07";
  }
  return newKeywords.find(([, names]) => names.some((name) => keywords.has(name)))?.[0] ?? "draft-07";
}

type Plugin = (ajv: Ajv, options: { mode: "full" }) => Ajv;

/** A validator for schemas of a draft, with formats. */
export function ajvFor(draft: Draft, options: Options): Ajv {
  const made = create(draft, options);
  (addFormats as unknown as Plugin)(made, { mode: "full" });
  return made;
}

function create(draft: Draft, options: Options): Ajv {
  switch (draft) {
    case "draft-04":
      return new (Draft4 as unknown as typeof Ajv)(options);
    case "2019-09":
      return new Ajv2019(options);
    case "2020-12":
      return new Ajv2020(options);
    default:
      return new Ajv(options);
  }
}
