/** Functions of type "rpc": `path/of/file.proto#Service#Method`. */
import { nearest } from "../../document/nearest.ts";
import type { Problems } from "../../document/problems.ts";
import { SourceText } from "../../document/source-text.ts";
import type { FunctionDefinition } from "../../model.ts";
import type { Resources } from "../resources.ts";
import { servicePlan } from "../service.ts";
import { parseProto } from "./parse-proto.ts";
import {
  type ProtoEnum,
  type ProtoField,
  type ProtoFile,
  type ProtoMessage,
  ProtoProblem,
  type ProtoService,
} from "./proto-file.ts";
import type { RpcField, RpcPlan, RpcType } from "./rpc-plan.ts";

/** Undefined when it cannot be called as it is written, which is told to `problems`. */
export function planRpc(definition: FunctionDefinition, resources: Resources, problems: Problems): RpcPlan | undefined {
  const fail = (message: string): undefined => {
    problems.error(`function ${JSON.stringify(definition.name)}: ${message}`, definition.operationAt);
  };
  const [, serviceName = "", methodName = "", ...more] = definition.operation.split("#");
  if (definition.document === undefined || serviceName === "" || methodName === "" || more.length > 0) {
    return fail(
      `its operation has to be "path/of/file.proto#Service#Method", got ${JSON.stringify(definition.operation)}`,
    );
  }
  const files = new ProtoFiles(resources, problems);
  const file = files.read(definition.document);
  if (file === undefined) return undefined;
  const service = named(file.services, serviceName, ({ fullName }) => fullName);
  if (service === undefined)
    return fail(
      unknown(
        definition.document,
        "service",
        serviceName,
        file.services.map(({ fullName }) => fullName),
      ),
    );
  const method = service.methods.find(({ name }) => name.toLowerCase() === methodName.toLowerCase());
  if (method === undefined)
    return fail(
      unknown(
        service.fullName,
        "method",
        methodName,
        service.methods.map(({ name }) => name),
      ),
    );
  const types = new TypeCollector(files);
  const request = types.add(method.request, file.package);
  const response = types.add(method.response, file.package);
  const [missing] = types.missing;
  if (request === undefined || response === undefined || missing !== undefined) {
    return fail(`${definition.document}: there is no type ${missing ?? method.request}; is an import missing?`);
  }
  return {
    kind: "rpc",
    ...servicePlan(definition),
    service: service.fullName,
    method: method.name,
    clientStreaming: method.clientStreaming,
    serverStreaming: method.serverStreaming,
    request,
    response,
    types: types.collected,
  };
}

/** By its full name, or by the last part of it. */
function named(
  services: readonly ProtoService[],
  name: string,
  nameOf: (service: ProtoService) => string,
): ProtoService | undefined {
  return (
    services.find((each) => nameOf(each) === name) ?? services.find((each) => nameOf(each).split(".").at(-1) === name)
  );
}

function unknown(where: string, what: string, name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const instead = near === undefined ? `it has ${known.slice(0, 8).join(", ") || "none"}` : `did you mean ${near}?`;
  return `${where} has no ${what} ${JSON.stringify(name)}; ${instead}`;
}

/** The file of a function and all that it imports. */
class ProtoFiles {
  readonly messages = new Map<string, { message: ProtoMessage; syntax: ProtoFile["syntax"] }>();
  readonly enums = new Map<string, ProtoEnum>();
  readonly #resources: Resources;
  readonly #problems: Problems;
  readonly #read = new Set<string>();

  constructor(resources: Resources, problems: Problems) {
    this.#resources = resources;
    this.#problems = problems;
  }

  /** The declarations of a file, after those of its imports; undefined when it is not there or no .proto file, which is told. */
  read(path: string): ProtoFile | undefined {
    const text = this.#resources.text(path);
    if (text === undefined) return undefined;
    this.#read.add(path);
    try {
      const file = parseProto(text);
      for (const message of file.messages) this.messages.set(message.fullName, { message, syntax: file.syntax });
      for (const declared of file.enums) this.enums.set(declared.fullName, declared);
      for (const imported of file.imports) {
        const found = this.#resources.find(path, imported.path);
        if (found !== undefined && !this.#read.has(found)) this.read(found);
      }
      return file;
    } catch (error) {
      if (!(error instanceof ProtoProblem)) throw error;
      this.#problems.error(error.message, new SourceText(path, text).location(error.offset));
      return undefined;
    }
  }
}

const scalars = new Set([
  "double",
  "float",
  "int32",
  "int64",
  "uint32",
  "uint64",
  "sint32",
  "sint64",
  "fixed32",
  "fixed64",
  "sfixed32",
  "sfixed64",
  "bool",
  "string",
  "bytes",
]);

/** Only the types that a method's messages reach. */
class TypeCollector {
  readonly collected: { [fullName: string]: RpcType } = {};
  readonly missing: string[] = [];
  readonly #files: ProtoFiles;

  constructor(files: ProtoFiles) {
    this.#files = files;
  }

  /** The full name of a type as it is written in `scope`; undefined when there is none. */
  add(written: string, scope: string): string | undefined {
    for (const name of candidates(written, scope)) {
      if (name.startsWith("google.protobuf.") || Object.hasOwn(this.collected, name)) return name;
      const declared = this.#files.enums.get(name);
      if (declared !== undefined) {
        this.collected[name] = {
          kind: "enum",
          values: Object.fromEntries(declared.values.map((value) => [value.name, value.number])),
        };
        return name;
      }
      const found = this.#files.messages.get(name);
      if (found === undefined) continue;
      const fields: RpcField[] = [];
      this.collected[name] = { kind: "message", fields };
      for (const field of found.message.fields) fields.push(this.#field(field, name, found.syntax));
      return name;
    }
    this.missing.push(written);
    return undefined;
  }

  #field(field: ProtoField, scope: string, syntax: ProtoFile["syntax"]): RpcField {
    const isGroup = field.type.startsWith("group ");
    const written = isGroup ? field.type.slice("group ".length) : field.type;
    const type = scalars.has(written) ? written : (this.add(written, scope) ?? written);
    const isRepeated = field.label === "repeated";
    const isNumeric = scalars.has(written) ? written !== "string" && written !== "bytes" : this.#files.enums.has(type);
    const isPacked = isRepeated && isNumeric && (field.packed ?? syntax !== "proto2");
    const hasPresence =
      !isRepeated &&
      field.mapKey === undefined &&
      (syntax !== "proto3" || field.label === "optional" || field.oneof !== undefined);
    return {
      name: field.name,
      json: field.jsonName ?? lowerCamel(field.name),
      number: field.number,
      type,
      ...(isRepeated && { repeated: true }),
      ...(isPacked && { packed: true }),
      ...(field.mapKey !== undefined && { key: field.mapKey }),
      ...(hasPresence && { presence: true }),
      ...(field.oneof !== undefined && { oneof: field.oneof }),
      ...(isGroup && { group: true }),
    };
  }
}

/** A name is looked for in the innermost scope first; one that begins with a dot is full. */
function candidates(written: string, scope: string): string[] {
  if (written.startsWith(".")) return [written.slice(1)];
  const parts = scope === "" ? [] : scope.split(".");
  const names: string[] = [];
  for (let length = parts.length; length >= 0; length--) names.push([...parts.slice(0, length), written].join("."));
  return names;
}

/** protobuf's own rule for names in JSON. */
function lowerCamel(name: string): string {
  return name.replace(/_+(.)?/g, (_, letter: string | undefined) => (letter ?? "").toUpperCase());
}
