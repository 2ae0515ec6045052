/**
 * The action that validates a value by a JSON Schema, of any draft. Its input is `{"value", "schema"}`, or `{"value", "path",
 * "documents"}` for a schema of several files (`JsonSchema`); its answer is `{"valid": false, "problems": [{"path": "$.size",
 * "keyword": "enum", "message": "…"}, …]}`.
 */
import type { Action, ActionAnswer, ActionCall, SecretSource } from "../core/action.ts";
import { AutoFlowError } from "../core/errors.ts";
import type { JsonSchema } from "../core/program.ts";
import { decodeWire, encodeWire, SecretText, type WireValue } from "../core/wire.ts";
import { SchemaError } from "../schema/documents.ts";
import { JsonValidator } from "../schema/validate-json.ts";
import { fill, isObject, shown } from "./input-texts.ts";
import { redactorFor } from "./redaction.ts";

/** `secrets`: values that texts of the input hold are validated as what they are, and hidden in what is answered. */
export function createJsonSchemaAction({ secrets }: { secrets: SecretSource }): Action {
  const validator = new JsonValidator();

  function answer(call: ActionCall): WireValue {
    const input = decodeWire(call.input);
    if (!isObject(input)) throw invalid(`an object is expected, not ${shown(input)}`);
    const schema = schemaOf(input);
    if (input["value"] === undefined) throw invalid('"value" is missing');
    const json = toJson(input["value"], (name) => secrets.value(call.project, name));
    const redactor = redactorFor(call.project, secrets);
    const problems = validator
      .validate(schema, json, (text) => redactor.text(text))
      .map(({ path, keyword, message }) => ({ path, keyword, message }));
    return { valid: problems.length === 0, problems };
  }

  return {
    name: "json-schema",
    retry: { maxAttempts: 1, initialMs: 0, factor: 1, maxMs: 0 },
    timeoutMs: 10_000,
    perform: (call): ActionAnswer => {
      try {
        return { value: encodeWire(answer(call)) };
      } catch (error) {
        return failed(error);
      }
    },
  };
}

function invalid(message: string): AutoFlowError {
  return new AutoFlowError("ACTION_INPUT_INVALID", `json-schema: ${message}`);
}

function failed(error: unknown): ActionAnswer {
  const isInput = error instanceof SchemaError || error instanceof SyntaxError;
  const problem = isInput ? invalid(error.message) : error;
  if (!(problem instanceof AutoFlowError)) throw problem;
  const { code, message, hint } = problem;
  return { error: { type: "action", code, message, retryable: false, details: { hint } } };
}

const onlyDocument = "schema.json";

function schemaOf(input: { [name: string]: WireValue }): JsonSchema {
  const { schema, path, documents } = input;
  if (schema !== undefined) {
    const text = JSON.stringify(toJson(schema, () => undefined));
    return { path: onlyDocument, documents: { [onlyDocument]: text } };
  }
  if (typeof path !== "string" || documents === undefined || !isObject(documents)) {
    throw invalid('"schema" is missing, or "path" with "documents"');
  }
  const texts = Object.entries(documents).map(([name, text]): [string, string] => {
    if (typeof text !== "string") throw invalid(`the document ${name} is ${shown(text)}, not a text`);
    return [name, text];
  });
  return { path, documents: Object.fromEntries(texts) };
}

/** The value as JSON has it: secrets filled in, bytes in base64, integers of any size as numbers. */
function toJson(value: WireValue, secret: (name: string) => string | undefined): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof SecretText) return fill(value, secret);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map((item) => toJson(item, secret));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toJson(inner, secret)]));
}
