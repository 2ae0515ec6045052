/** The module json. */
import { ModuleValue } from "../values/struct.ts";
import type { Value } from "../values/value.ts";
import { bindArguments, defineBuiltin, requirePositional, signatureOf } from "./arguments.ts";
import { Builtin, type BuiltinSpec, type ParameterSpec } from "./builtin.ts";
import { EvalError } from "../values/errors.ts";
import { decodeJson, JsonError } from "./json-decode.ts";
import { encodeJson } from "./json-encode.ts";
import { indentJson } from "./json-indent.ts";
import { named as naming } from "./naming.ts";
import { parameter, positional } from "./parameters.ts";

const encode = defineBuiltin(
  {
    name: "json.encode",
    doc: "A value as JSON. Keys of dicts are sorted.",
    parameters: [positional("x", "any")],
    returns: "string",
  },
  (thread, _self, x) => naming("json.encode", () => encodeJson(thread, x!)),
);

const layout: readonly ParameterSpec[] = [
  { name: "prefix", type: "string", default: '""', passing: "keyword" },
  { name: "indent", type: "string", default: '"\\t"', passing: "keyword" },
];

const encodeIndentLayout = signatureOf("json.encode_indent", layout);

const encodeIndent: BuiltinSpec = {
  name: "json.encode_indent",
  doc: "A value as JSON, laid out in lines.",
  parameters: [positional("x", "any"), ...layout],
  returns: "string",
  call(thread, _self, args, named) {
    const [prefix, indent] = bindArguments(encodeIndentLayout, [], named);
    requirePositional("json.encode_indent", args, [], 1, 1);
    return naming("json.encode_indent", () =>
      indentJson(thread, encodeJson(thread, args[0]!), textOr(prefix, ""), textOr(indent, "\t")),
    );
  },
};

const indentLayout = signatureOf("json.indent", layout);
const indentText = signatureOf("json.indent", [positional("str", "string")]);

const indent: BuiltinSpec = {
  name: "json.indent",
  doc: "JSON text, laid out in lines.",
  parameters: [positional("str", "string"), ...layout],
  returns: "string",
  call(thread, _self, args, named) {
    const [prefix, unit] = bindArguments(indentLayout, [], named);
    const [text] = bindArguments(indentText, args, []);
    return naming("json.indent", () => indentJson(thread, text as string, textOr(prefix, ""), textOr(unit, "\t")));
  },
};

function textOr(value: Value | undefined, byDefault: string): string {
  return (value as string | undefined) ?? byDefault;
}

const decodeSignature = signatureOf("json.decode", [parameter("x", "string"), parameter("default", "any", "fail")]);

const decode: BuiltinSpec = {
  name: "json.decode",
  doc: "The value of JSON text, or the default when it is not JSON. Without a default that is an error.",
  parameters: [...decodeSignature.parameters],
  returns: "any",
  call(thread, _self, args, named) {
    const [text, byDefault] = bindArguments(decodeSignature, args, named);
    if (args.length === 0) throw new EvalError("json.decode: unexpected keyword argument x");
    try {
      return decodeJson(thread, text as string);
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      if (byDefault !== undefined) return byDefault;
      throw new EvalError(`json.decode: ${error.message}`);
    }
  },
};

export const jsonBuiltins: ReadonlyMap<string, BuiltinSpec> = new Map([
  ["encode", encode],
  ["encode_indent", encodeIndent],
  ["decode", decode],
  ["indent", indent],
]);

/** The module as a value. */
export const jsonModule = new ModuleValue(
  "json",
  new Map<string, Value>([...jsonBuiltins].map(([name, spec]) => [name, new Builtin(spec)])),
);
