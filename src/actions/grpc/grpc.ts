/**
 * The action that calls a method of a gRPC service. Its answer is `{"messages": [value, …]}`, by the JSON mapping of protobuf; a
 * status other than OK is a failure.
 */
import type { Action, ActionAnswer, ActionCall, SecretSource } from "../../core/action.ts";
import { defaultRetry } from "../../core/retry.ts";
import { encodeWire, type WireValue } from "../../core/wire.ts";
import { createAddressGuard } from "../address-guard.ts";
import { createAddressPolicy, type AddressPolicyOptions } from "../address-policy.ts";
import { failureOf } from "../http-failure.ts";
import { isObject } from "../input-texts.ts";
import { redactorFor, type Redactor } from "../redaction.ts";
import type { GrpcClient } from "./grpc-client.ts";
import { statusFailed } from "./grpc-status.ts";

export interface GrpcActionOptions extends AddressPolicyOptions {
  secrets: SecretSource;
  /** For one attempt, unless the call says otherwise. */
  timeoutMs: number;
  maxResponseBytes: number;
  userAgent: string;
}

/** `close` ends connections. What it is made of is loaded with the first call. Throws RangeError as the address policy does. */
export function createGrpcAction(options: GrpcActionOptions): Action & { close(): void } {
  const guard = createAddressGuard(createAddressPolicy(options));
  const { secrets, maxResponseBytes, userAgent } = options;
  let client: GrpcClient | undefined;

  async function perform(call: ActionCall): Promise<ActionAnswer> {
    const redactor = redactorFor(call.project, secrets);
    try {
      const [{ createGrpcClient }, { readGrpcInput }, { decodeMessage }, { ProtobufProblem }] = await Promise.all([
        import("./grpc-client.ts"),
        import("./grpc-input.ts"),
        import("./protobuf-decode.ts"),
        import("./protobuf-types.ts"),
      ]);
      client ??= createGrpcClient(guard);
      const request = readGrpcInput(call.input, (name) => secrets.value(call.project, name));
      addMetadata(request.metadata, "user-agent", userAgent);
      addMetadata(request.metadata, "idempotency-key", call.idempotencyKey);
      const answered = await client.call(request, { timeoutMs: call.timeoutMs, maxResponseBytes }, call.signal);
      if (!request.serverStreaming && answered.length !== 1) {
        throw statusFailed(request.path.slice(1), 13, `it answered with ${answered.length} messages in place of one`);
      }
      try {
        const messages = answered.map((bytes) =>
          redacted(decodeMessage(request.types, request.responseType, bytes), redactor),
        );
        return { value: encodeWire({ messages }) };
      } catch (error) {
        if (error instanceof ProtobufProblem)
          throw statusFailed(request.path.slice(1), 13, `its answer cannot be read: ${error.message}`);
        throw error;
      }
    } catch (error) {
      const failure = failureOf(error);
      return { error: { ...failure, message: redactor.text(failure.message) } };
    }
  }

  return { name: "grpc", retry: defaultRetry, timeoutMs: options.timeoutMs, perform, close: () => client?.close() };
}

function addMetadata(metadata: [string, string][], name: string, value: string): void {
  if (!metadata.some(([given]) => given === name)) metadata.push([name, value]);
}

function redacted(value: WireValue, redactor: Redactor): WireValue {
  if (typeof value === "string") return redactor.text(value);
  if (Array.isArray(value)) return value.map((item) => redacted(item, redactor));
  if (!isObject(value)) return value;
  const result = Object.create(null) as { [key: string]: WireValue };
  for (const [name, member] of Object.entries(value)) result[redactor.text(name)] = redacted(member, redactor);
  return result;
}
