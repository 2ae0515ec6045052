/**
 * Validation of JSON by JSON Schema, of every draft in use. Ajv makes code of schemas, so this is for the host (server, actions), not
 * for programs. Nothing is fetched; patterns and references are counted, so that no schema and no value keeps the process busy.
 */
import type { Ajv, ValidateFunction } from "ajv";
import { fingerprint } from "../core/hash.ts";
import type { JsonSchema } from "../core/program.ts";
import { JqError } from "../languages/jq/errors.ts";
import { Budget, TooMuchWork } from "./budget.ts";
import { type Documents, findPattern, readDocuments, SchemaError, stepKeyword } from "./documents.ts";
import { ajvFor, type Draft } from "./drafts.ts";
import { compilePattern, SchemaPattern } from "./pattern.ts";
import { problem, problemsOf, type Redact, type SchemaProblem } from "./problem.ts";
import { areUnique } from "./unique-items.ts";

const maxSteps = 2_000_000;
const maxBytes = 64 * 1024 * 1024;
const maxKept = 200;
const maxValueDepth = 500;

/** Finds what of a value does not fit. */
type Check = (value: unknown, redact: Redact) => SchemaProblem[];

const asItIs: Redact = (text) => text;

/** Validates values, and keeps the schemas it has compiled. */
export class JsonValidator {
  readonly #checks = new Map<string, Check>();
  readonly #judges: Judges = new Map();

  /**
   * What of a value (as of JSON.parse) does not fit a schema: none when all does. `redact` is for what is told of the value. Throws
   * `SchemaError` for a schema that is not one.
   */
  validate(schema: JsonSchema, value: unknown, redact: Redact = asItIs): SchemaProblem[] {
    return this.#checkFor(schema)(value, redact);
  }

  /** Throws `SchemaError` for a schema that is not one. */
  require(schema: JsonSchema): void {
    this.#checkFor(schema);
  }

  #checkFor(schema: JsonSchema): Check {
    const key = fingerprint(schema.path, ...Object.entries(schema.documents).flat());
    let check = this.#checks.get(key);
    if (check === undefined) check = compile(schema, this.#judges);
    else this.#checks.delete(key);
    this.#checks.set(key, check);
    if (this.#checks.size > maxKept) this.#checks.delete(this.#checks.keys().next().value!);
    return check;
  }
}

/** Validates one value, without keeping the schema. As `JsonValidator.validate`. */
export function validateJson(schema: JsonSchema, value: unknown): SchemaProblem[] {
  return compile(schema, new Map())(value, asItIs);
}

/** What tells, for each draft, whether a document is a schema of it. */
type Judges = Map<Draft, Ajv>;

function compile(schema: JsonSchema, judges: Judges): Check {
  const documents = readDocuments(schema);
  const judge = judges.get(documents.draft) ?? createAjv(documents.draft, new Budget(Infinity, Infinity));
  judges.set(documents.draft, judge);
  for (const [path, document] of documents.byPath) checkDocument(judge, path, document);
  const budget = new Budget(maxSteps, maxBytes);
  const ajv = createAjv(documents.draft, budget);
  const validate = compileIn(ajv, schema.path, documents);
  return (value, redact) => {
    if (isDeeper(value, maxValueDepth)) return [problem("$", "depth", `is nested more than ${maxValueDepth} deep`)];
    budget.renew();
    try {
      return validate(value) ? [] : problemsOf(validate.errors ?? [], redact);
    } catch (error) {
      if (error instanceof TooMuchWork || error instanceof RangeError || error instanceof JqError) {
        return [
          problem(
            "$",
            "steps",
            "cannot be validated: with this value, the schema's patterns and references go on for too long",
          ),
        ];
      }
      throw error;
    }
  };
}

/** A validator that counts its steps. */
function createAjv(draft: Draft, budget: Budget): Ajv {
  const engine = (pattern: string): SchemaPattern => new SchemaPattern(pattern, budget);
  const ajv = ajvFor(draft, {
    strict: false,
    allErrors: true,
    verbose: true,
    validateFormats: true,
    logger: false,
    ownProperties: true,
    validateSchema: false,
    code: { regExp: Object.assign(engine, { code: "" }) },
  });
  ajv.addFormat("regex", { type: "string", validate: isPattern });
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    schemaType: "boolean",
    validate: (isWanted: boolean, items: unknown[]) => !isWanted || areUnique(items, budget),
  });
  ajv.addKeyword({
    keyword: stepKeyword,
    validate: () => {
      budget.charge(1);
      return true;
    },
  });
  return ajv;
}

function isPattern(text: string): boolean {
  try {
    compilePattern(text);
    return true;
  } catch (error) {
    if (error instanceof JqError) return false;
    throw error;
  }
}

const pathBase = "autoflow:///";

function compileIn(ajv: Ajv, path: string, { byPath }: Documents): ValidateFunction {
  try {
    for (const [name, document] of byPath) ajv.addSchema(document, pathBase + name);
    return compileWithReferences(ajv, path, byPath);
  } catch (error) {
    throw located(path, byPath, error);
  }
}

/** Throws when a document is no schema of its draft. */
function checkDocument(judge: Ajv, path: string, document: object | boolean): void {
  if (judge.validateSchema(document) === true) return;
  const first = judge.errors?.find(({ keyword }) => keyword !== "anyOf");
  const expected = (first?.params as { allowedValues?: unknown[] } | undefined)?.allowedValues;
  const message = `${first?.message ?? "is no schema"}${expected === undefined ? "" : ` (${expected.join(", ")})`}`;
  throw new SchemaError(`${path}#${first?.instancePath ?? ""}`, message);
}

/** Documents may be referred to by where they say they are, which is not always where they are. */
function compileWithReferences(ajv: Ajv, path: string, byPath: Documents["byPath"]): ValidateFunction {
  const own = byPath.get(path)!;
  for (let tries = 0; ; tries++) {
    try {
      return ajv.getSchema(pathBase + path) ?? ajv.compile(own);
    } catch (error) {
      const missing = (error as { missingSchema?: unknown }).missingSchema;
      if (typeof missing !== "string" || tries > byPath.size) throw error;
      const found = [...byPath].find(([name]) => isPathOf(missing, name));
      if (found === undefined || ajv.schemas[missing] !== undefined) throw error;
      ajv.addSchema(found[1], missing);
    }
  }
}

/** Does an address end in this path, or in its last part? */
function isPathOf(address: string, path: string): boolean {
  const plain = decodeURI(address.replace(/^[a-z][a-z0-9+.-]*:/i, "").replace(/[?#].*$/, ""));
  const name = path.slice(path.lastIndexOf("/") + 1);
  return `/${plain}`.endsWith(`/${path}`) || `/${plain}`.endsWith(`/${name}`);
}

function located(path: string, byPath: Documents["byPath"], error: unknown): unknown {
  if (error instanceof SchemaError) return error;
  if (error instanceof JqError) {
    const { place, pattern } = findPattern(byPath, isPattern) ?? { place: path, pattern: "a pattern" };
    return new SchemaError(place, `${pattern} is not a valid pattern: ${error.message.replace("Regex failure: ", "")}`);
  }
  const missing = (error as { missingRef?: unknown }).missingRef;
  if (typeof missing === "string") {
    return new SchemaError(path, `refers to ${missing.replace(pathBase, "")}, which is not among its files`);
  }
  if (error instanceof Error) return new SchemaError(path, error.message);
  return error;
}

/** Is the value nested deeper than this? */
function isDeeper(value: unknown, depth: number): boolean {
  const open: [unknown, number][] = [[value, 0]];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const [one, level] = entry;
    if (typeof one !== "object" || one === null) continue;
    if (level >= depth) return true;
    for (const inner of Object.values(one)) if (typeof inner === "object") open.push([inner, level + 1]);
  }
  return false;
}
