import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, it } from "node:test";
import {
  loadPackageDefinition,
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceClientConstructor,
  status,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { Failure } from "../../core/failure.ts";
import { decodeWire, SecretText, type WireValue } from "../../core/wire.ts";
import { actionCall, describeAction, suiteSecrets } from "../action.suite.ts";
import { createGrpcAction, type GrpcActionOptions } from "./grpc.ts";

const token = new SecretText([{ name: "TOKEN" }]);
const testdata = (name: string): string => fileURLToPath(new URL(`../testdata/${name}`, import.meta.url));

const types = {
  "test.v1.Note": {
    kind: "message",
    fields: [
      { name: "text", json: "text", number: 1, type: "string" },
      { name: "count", json: "count", number: 2, type: "int64" },
      { name: "numbers", json: "numbers", number: 3, type: "int32", repeated: true, packed: true },
      { name: "notes", json: "notes", number: 4, type: "test.v1.Note", key: "string" },
    ],
  },
};

interface Note {
  text: string;
}

interface Setup extends AsyncDisposable {
  action: ReturnType<typeof createGrpcAction>;
  address: string;
  metadata: Record<string, unknown>[];
}

/** gRPC's own server, which answers what it got. */
async function setUp(options: { tls?: boolean; action?: Partial<GrpcActionOptions> } = {}): Promise<Setup> {
  const definition = loadPackageDefinition(loadSync(testdata("echo.proto"), { longs: String })) as unknown as {
    test: { v1: { Echo: ServiceClientConstructor } };
  };
  const metadata: Record<string, unknown>[] = [];
  const server = new Server();
  const say: handleUnaryCall<Note, Note> = ({ request, metadata: given }, answer) => {
    metadata.push(given.getMap());
    if (request.text === "endless") return;
    if (request.text === "unknown") answer({ code: status.NOT_FOUND, details: "no such note: ä s3cr3t-value" });
    else answer(null, request, new Metadata());
  };
  server.addService(definition.test.v1.Echo.service, {
    Say: say,
    Collect: (call: NodeJS.ReadableStream, answer: (error: null, note: Note) => void) => {
      const texts: string[] = [];
      call.on("data", (note: Note) => texts.push(note.text)).on("end", () => answer(null, { text: texts.join("+") }));
    },
    Repeat: (call: NodeJS.WritableStream & { request: Note }) => {
      for (let i = 0; i < 3; i++) call.write(call.request as unknown as string);
      call.end();
    },
    Chat: (call: NodeJS.ReadWriteStream) =>
      void call.on("data", (note: string) => call.write(note)).on("end", () => call.end()),
  });
  const credentials = options.tls
    ? ServerCredentials.createSsl(null, [
        {
          private_key: readFileSync(testdata("self-signed.key")),
          cert_chain: readFileSync(testdata("self-signed.crt")),
        },
      ])
    : ServerCredentials.createInsecure();
  const port = await new Promise<number>((fulfil, reject) => {
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error === null ? fulfil(bound) : reject(error)));
  });
  const action = createGrpcAction({
    secrets: suiteSecrets,
    allowedIps: [],
    allowedPorts: [443],
    allowLoopback: true,
    timeoutMs: 30_000,
    maxResponseBytes: 100_000,
    userAgent: "AutoFlow/test",
    ...options.action,
  });
  return {
    action,
    address: `${options.tls ? "https" : "http"}://127.0.0.1:${port}`,
    metadata,
    async [Symbol.asyncDispose]() {
      action.close();
      server.forceShutdown();
    },
  };
}

function input(
  setup: Pick<Setup, "address">,
  messages: WireValue[],
  overrides: Record<string, WireValue> = {},
): WireValue {
  return {
    address: setup.address,
    path: "/test.v1.Echo/Say",
    messages,
    types,
    request_type: "test.v1.Note",
    response_type: "test.v1.Note",
    ...overrides,
  };
}

async function messagesOf(setup: Setup, given: WireValue): Promise<unknown> {
  const answer = await setup.action.perform(actionCall(given));
  assert.ok("value" in answer, JSON.stringify(answer));
  return JSON.parse(JSON.stringify((decodeWire(answer.value) as { messages: unknown }).messages)) as unknown;
}

async function errorOf(setup: Setup, given: WireValue, timeoutMs = 30_000): Promise<Failure> {
  const answer = await setup.action.perform(actionCall(given, { timeoutMs }));
  assert.ok("error" in answer, JSON.stringify(answer));
  return answer.error;
}

describeAction("grpc", { unusable: { address: "http://127.0.0.1", path: token }, answersAtOnce: false }, async () => {
  const setup = await setUp();
  return {
    action: setup.action,
    succeeding: input(setup, [{ text: token }], { metadata: [["x-token", token]] }),
    endless: input(setup, [{ text: "endless" }]),
    close: async () => setup[Symbol.asyncDispose](),
  };
});

describe("grpc", () => {
  it("calls a method with a message, metadata and secrets, and reads the answer", async () => {
    await using setup = await setUp();
    const note = { text: "hé", count: "9007199254740993", numbers: [1, -2, 300], notes: { a: { text: "in" } } };
    assert.deepEqual(await messagesOf(setup, input(setup, [note], { metadata: [["X-Token", token]] })), [note]);
    assert.equal(setup.metadata[0]!["x-token"], "s3cr3t-value");
    assert.equal(setup.metadata[0]!["user-agent"], "AutoFlow/test");
    assert.equal(setup.metadata[0]!["idempotency-key"], "0199d0a0-0000-7000-8000-000000000001:1");
  });

  it("hides a secret in base64 of what holds it", async () => {
    await using setup = await setUp();
    const note = { text: Buffer.from("ann:s3cr3t-value!").toString("base64") };
    assert.deepEqual(await messagesOf(setup, input(setup, [note])), [{ text: "YW5uOn***E=" }]);
  });

  it("streams to the service, from it, and both ways", async () => {
    await using setup = await setUp();
    const notes = [{ text: "a" }, { text: "b" }];
    const streams = (path: string, client: boolean, server: boolean, messages: WireValue[]) =>
      messagesOf(setup, input(setup, messages, { path, client_streaming: client, server_streaming: server }));
    assert.deepEqual(await streams("/test.v1.Echo/Collect", true, false, notes), [{ text: "a+b" }]);
    assert.deepEqual(await streams("/test.v1.Echo/Collect", true, false, []), [{}]);
    assert.deepEqual(await streams("/test.v1.Echo/Repeat", false, true, [{ text: "a" }]), [
      { text: "a" },
      { text: "a" },
      { text: "a" },
    ]);
    assert.deepEqual(await streams("/test.v1.Echo/Chat", true, true, notes), notes);
  });

  it("fails with the status and what the service said, without secrets", async () => {
    await using setup = await setUp();
    const error = await errorOf(setup, input(setup, [{ text: "unknown" }]));
    assert.equal(error.code, "GRPC_STATUS");
    assert.equal(error.retryable, false);
    assert.deepEqual(error.details, { grpc_status: "NOT_FOUND", grpc_code: 5 });
    assert.match(
      error.message,
      /^test\.v1\.Echo\/Say at 127\.0\.0\.1:\d+ answered with status NOT_FOUND: no such note: ä \*\*\*$/,
    );
    const missing = await errorOf(setup, input(setup, [{}], { path: "/test.v1.Echo/Sing" }));
    assert.equal((missing.details as { grpc_status: string }).grpc_status, "UNIMPLEMENTED");
  });

  it("names the field of a message that does not fit", async () => {
    await using setup = await setUp();
    for (const [message, problem] of [
      [{ txt: "a" }, 'test.v1.Note has no field "txt"; it has text, count, numbers, notes'],
      [
        { notes: { a: { count: "many" } } },
        'test.v1.Note.notes["a"].count must be an integer of type int64, got "many"',
      ],
      [{ numbers: [2 ** 31] }, "test.v1.Note.numbers must be an integer of type int32, got 2147483648"],
      ["text", 'test.v1.Note must be an object, got "text"'],
    ] as const) {
      const error = await errorOf(setup, input(setup, [message as WireValue]));
      assert.equal(error.code, "ACTION_INPUT_INVALID");
      assert.equal(error.message, `input of the grpc action: ${problem}`);
    }
  });

  it("takes no longer than it may", async () => {
    await using setup = await setUp();
    assert.equal((await errorOf(setup, input(setup, [{ text: "endless" }]), 30)).code, "HTTP_TIMEOUT");
  });

  it("refuses an answer that is too large", async () => {
    await using setup = await setUp({ action: { maxResponseBytes: 100 } });
    assert.equal((await errorOf(setup, input(setup, [{ text: "a".repeat(200) }]))).code, "HTTP_RESPONSE_TOO_LARGE");
  });

  it("goes only where the address policy allows, by name too", async () => {
    await using setup = await setUp({ action: { allowLoopback: false } });
    assert.equal((await errorOf(setup, input(setup, [{}]))).code, "HTTP_ADDRESS_DENIED");
    const byName = { address: setup.address.replace("127.0.0.1", "localhost") };
    assert.equal((await errorOf(setup, input(byName, [{}]))).code, "HTTP_ADDRESS_DENIED");
  });

  it("says what is wrong with a connection, and makes a new one for the next call", async () => {
    await using setup = await setUp();
    const error = await errorOf(setup, input({ address: "http://127.0.0.1:1" }, [{}]));
    assert.equal(error.code, "HTTP_CONNECTION_FAILED");
    assert.equal(error.retryable, true);
    assert.deepEqual(await messagesOf(setup, input(setup, [{ text: "a" }])), [{ text: "a" }]);
  });

  it("speaks TLS, and names a certificate that is not trusted", async () => {
    await using setup = await setUp({ tls: true });
    const error = await errorOf(setup, input(setup, [{}]));
    assert.equal(error.retryable, false);
    assert.match(error.message, /TLS certificate of 127\.0\.0\.1:\d+ is not accepted/);
  });
});
