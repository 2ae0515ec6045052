/** Reads the input of a gRPC call: checks it, fills secrets in and makes messages of it. */
import { AutoFlowError } from "../../core/errors.ts";
import { decodeWire, SecretText, type WireText, type WireValue } from "../../core/wire.ts";
import { fill, isObject, type SecretValue, shown } from "../input-texts.ts";
import { encodeMessage } from "./protobuf-encode.ts";
import { ProtobufProblem, readTypes, type Types } from "./protobuf-types.ts";

/** A call that is ready to be sent. */
export interface GrpcRequest {
  /** Scheme, host and port: "https" for TLS. */
  address: URL;
  /** "/shop.v1.Orders/Place" */
  path: string;
  /** Names in lower case. */
  metadata: [string, string][];
  messages: Uint8Array[];
  types: Types;
  responseType: string;
  /** Whether it may answer with any number of messages; else with exactly one. */
  serverStreaming: boolean;
}

const fieldNames = new Set([
  "address",
  "path",
  "metadata",
  "messages",
  "types",
  "request_type",
  "response_type",
  "client_streaming",
  "server_streaming",
]);

/**
 * The call that an input describes: `{"address": "https://host:port", "path": "/package.Service/Method", "metadata": [[name, value],
 * …], "messages": [value, …], "types", "request_type", "response_type", "client_streaming", "server_streaming"}`, `types` as
 * `protobuf-types.ts` tells. Metadata and texts in messages may hold secrets. Throws ACTION_INPUT_INVALID, SECRET_UNKNOWN.
 */
export function readGrpcInput(input: WireText, secret: SecretValue): GrpcRequest {
  const fields = fieldsOf(input);
  const messages = fields["messages"];
  if (!Array.isArray(messages)) throw invalid(`messages must be a list, got ${shown(messages)}`);
  if (fields["client_streaming"] !== true && messages.length !== 1)
    throw invalid(`it takes one message, got ${messages.length}`);
  try {
    const types = readTypes(fields["types"]);
    const requestType = text(fields, "request_type");
    return {
      address: readAddress(text(fields, "address")),
      path: readPath(text(fields, "path")),
      metadata: readMetadata(fields["metadata"], secret),
      messages: messages.map((message) => encodeMessage(types, requestType, withSecrets(message, secret))),
      types,
      responseType: text(fields, "response_type"),
      serverStreaming: fields["server_streaming"] === true,
    };
  } catch (error) {
    if (error instanceof ProtobufProblem) throw invalid(error.message);
    throw error;
  }
}

function fieldsOf(input: WireText): { [key: string]: WireValue } {
  let value: WireValue;
  try {
    value = decodeWire(input);
  } catch (cause) {
    throw invalid("it is not wire text", cause);
  }
  if (!isObject(value)) throw invalid("it is not an object");
  const unknown = Object.keys(value).find((key) => !fieldNames.has(key));
  if (unknown !== undefined) throw invalid(`${JSON.stringify(unknown)} is not one of its fields`);
  return value;
}

function text(fields: { [key: string]: WireValue }, name: string): string {
  const value = fields[name];
  if (typeof value === "string") return value;
  throw invalid(`${name} must be text, got ${shown(value)}`);
}

function readAddress(address: string): URL {
  const url = URL.parse(address);
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "") return url;
  throw invalid(`address must be http://host:port or https://host:port, got ${JSON.stringify(address)}`);
}

function readPath(path: string): string {
  if (/^\/[\w.]+\/\w+$/.test(path)) return path;
  throw invalid(`path must be /package.Service/Method, got ${JSON.stringify(path)}`);
}

/** Set by the protocol itself. */
const reserved =
  /^(?:grpc-|:|te$|content-type$|content-length$|connection$|host$|transfer-encoding$|upgrade$|keep-alive$|proxy-connection$)/;

function readMetadata(value: WireValue | undefined, secret: SecretValue): [string, string][] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`metadata must be a list of [name, value] pairs, got ${shown(value)}`);
  return value.map((pair) => {
    const [name, given] = Array.isArray(pair) && pair.length === 2 ? pair : [];
    if (typeof name !== "string" || (typeof given !== "string" && !(given instanceof SecretText))) {
      throw invalid("metadata must be a list of [name, value] pairs of texts");
    }
    const key = name.toLowerCase();
    if (!/^[0-9a-z_.-]+$/.test(key) || reserved.test(key))
      throw invalid(`metadata ${JSON.stringify(name)} cannot be set`);
    const filled = fill(given, secret);
    if (!/^[\x20-\x7e]*$/.test(filled))
      throw invalid(`metadata ${JSON.stringify(name)} has a character that gRPC does not allow, such as a line break`);
    return [key, filled];
  });
}

function withSecrets(value: WireValue, secret: SecretValue): WireValue {
  if (value instanceof SecretText) return fill(value, secret);
  if (Array.isArray(value)) return value.map((item) => withSecrets(item, secret));
  if (!isObject(value)) return value;
  const result = Object.create(null) as { [key: string]: WireValue };
  for (const [name, member] of Object.entries(value)) result[name] = withSecrets(member, secret);
  return result;
}

function invalid(problem: string, cause?: unknown): AutoFlowError {
  return new AutoFlowError(
    "ACTION_INPUT_INVALID",
    `input of the grpc action: ${problem}`,
    cause === undefined ? {} : { cause },
  );
}
