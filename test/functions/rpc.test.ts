import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { loadPackageDefinition, Server, ServerCredentials, type ServiceClientConstructor, status } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { functionOf, planOf } from "../../src/languages/serverless-workflow/functions/testing/function-under-test.ts";
import { callFunction, secret, valueFrom } from "./calls.ts";

const folder = fileURLToPath(new URL("testdata/", import.meta.url));
const read = (name: string): string => readFileSync(folder + name, "utf8");
const files = {
  "protos/everything.proto": read("everything.proto"),
  "protos/imports/common.proto": read("imports/common.proto"),
};
const operation = (method: string): string => `protos/everything.proto#Echo#${method}`;
const definition = { type: "rpc" } as const;

interface Setup extends AsyncDisposable {
  properties: Record<string, string>;
  /** The requests as gRPC's own library reads them. */
  requests: unknown[];
}

async function setUp(): Promise<Setup> {
  const loaded = loadSync(`${folder}everything.proto`, {
    longs: String,
    enums: String,
    bytes: String,
    oneofs: true,
    includeDirs: [folder],
  });
  const { Echo } = (loadPackageDefinition(loaded) as unknown as { all: { v1: { Echo: ServiceClientConstructor } } }).all
    .v1;
  const requests: unknown[] = [];
  const server = new Server();
  server.addService(Echo.service, {
    Say: ({ request }: { request: unknown }, answer: (error: null, value: unknown) => void) => {
      requests.push(request);
      answer(null, request);
    },
    Fail: (_call: unknown, answer: (error: object) => void) => answer({ code: status.UNAVAILABLE, details: "later" }),
    SayAll: (call: NodeJS.ReadWriteStream) =>
      void call.on("data", (each: string) => call.write(each)).on("end", () => call.end()),
  });
  const port = await new Promise<number>((fulfil, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? fulfil(bound) : reject(error),
    );
  });
  return {
    properties: { "quarkus.grpc.clients.Echo.host": "127.0.0.1", "quarkus.grpc.clients.Echo.port": String(port) },
    requests,
    async [Symbol.asyncDispose]() {
      server.forceShutdown();
    },
  };
}

const everything = {
  aDouble: 1.5,
  aFloat: 0.1,
  anInt32: -5,
  anInt64: "-9007199254740993",
  aUint32: 4294967295,
  aUint64: "18446744073709551615",
  aSint32: -2147483648,
  aSint64: "-9223372036854775808",
  aFixed32: 4294967295,
  aFixed64: "18446744073709551615",
  aSfixed32: -7,
  aSfixed64: "-8",
  aBool: true,
  named: "hé\u{1f600}",
  someBytes: "AP+A",
  color: "BLUE",
  inner: { kind: "GOOD", next: { color: "RED" } },
  common: { name: "n", size: 0, numbers: [1, 2, -3], place: { street: "Main" } },
  packed: ["1", "-2", "9223372036854775807"],
  unpacked: [1, -2],
  strings: ["a", ""],
  inners: [{}, { kind: "GOOD" }],
  counts: { a: 1, "": 0 },
  byNumber: { "-1": { kind: "GOOD" }, "7": {} },
  byName: { x: "RED", y: "COLOR_NONE" },
  second: 0,
  maybe: 0,
  message: "",
  at: "2026-11-21T10:20:30.000000009Z",
  took: "-1.500s",
  data: { a: [1, null, { b: "c" }], t: true },
  value: "v",
  wrapped: "0",
  text: "",
  mask: "a.fooBar,c",
  any: { "@type": "type.googleapis.com/google.protobuf.Duration", value: "3s" },
  empty: {},
  colors: ["RED", "BLUE", "COLOR_NONE"],
  list: [1, "two", [3]],
};

describe("a function of type rpc", () => {
  it("sends and reads every kind of field", async () => {
    await using setup = await setUp();
    const value = await valueFrom(operation("Say"), everything, { files, definition, properties: setup.properties });
    assert.deepEqual(value, everything);
    const seen = setup.requests[0] as Record<string, unknown>;
    assert.equal(seen["aUint64"], "18446744073709551615");
    assert.equal(seen["aSint64"], "-9223372036854775808");
    assert.equal(seen["color"], "BLUE");
    assert.deepEqual(seen["at"], { seconds: "1795256430", nanos: 9 });
    assert.deepEqual(seen["common"], { name: "n", size: 0, numbers: [1, 2, -3], place: { street: "Main" } });
  });

  it("takes names as the .proto file has them, numbers for enums, and leaves defaults and nulls out", async () => {
    await using setup = await setUp();
    const args = { an_int64: 5, color: 1, a_string: null, a_bool: false, inner: {}, packed: [], counts: {} };
    const value = await valueFrom(operation("Say"), args, { files, definition, properties: setup.properties });
    assert.deepEqual(value, { anInt64: "5", color: "RED", inner: {} });
  });

  it("streams lists", async () => {
    await using setup = await setUp();
    const calling = { files, definition, properties: setup.properties };
    const notes = [{ named: "a" }, { named: "b" }];
    assert.deepEqual(await valueFrom(operation("SayAll"), notes, calling), notes);
    assert.deepEqual(await valueFrom(operation("SayAll"), { all: notes }, calling), notes);
    assert.deepEqual(await valueFrom(operation("SayAll"), { named: "a" }, calling), [{ named: "a" }]);
  });

  it("fills secrets in, and hides them in the answer", async () => {
    await using setup = await setUp();
    const calling = {
      files,
      definition,
      properties: { ...setup.properties, "kogito.sw.functions.call.token": secret.TOKEN },
    };
    const { answered, history } = await callFunction(operation("Say"), new Map([["named", secret.ODD]]), calling);
    assert.ok("result" in answered);
    assert.deepEqual(answered.result.value, new Map([["named", "***"]]));
    assert.doesNotMatch(history, /s3cr3t/);
  });

  it("fails with the status", async () => {
    await using setup = await setUp();
    const { answered } = await callFunction(operation("Fail"), {}, { files, definition, properties: setup.properties });
    assert.ok("failure" in answered);
    assert.equal(answered.failure.code, "GRPC_STATUS");
    assert.equal(answered.failure.retryable, true);
    assert.match(answered.failure.message, /status UNAVAILABLE: later$/);
  });

  it("has only the types that its messages reach in the image", () => {
    const { plan } = planOf(functionOf(operation("Say"), definition), files);
    assert.ok(plan?.kind === "rpc");
    assert.deepEqual(Object.keys(plan.types).toSorted(), [
      "all.v1.Color",
      "all.v1.Everything",
      "all.v1.Everything.Inner",
      "all.v1.Everything.Inner.Kind",
      "imports.Common",
      "imports.Common.Place",
    ]);
  });

  it("is told what is wrong with its operation or its file", () => {
    const problem = (text: string, given = files): string | undefined =>
      planOf(functionOf(text, definition), given).problems[0];
    assert.match(problem("protos/everything.proto#Echo")!, /has to be "path\/of\/file\.proto#Service#Method"/);
    assert.match(problem("protos/everything.proto#Eco#Say")!, /no service "Eco"; it has all\.v1\.Echo/);
    assert.match(
      problem("protos/everything.proto#all.v1.Echo#Saying")!,
      /all\.v1\.Echo has no method "Saying"; it has Say, Fail, SayAll/,
    );
    const broken = {
      "protos/everything.proto": 'syntax = "proto3";\nmessage A {\n  string = 1;\n}',
      "protos/imports/common.proto": "",
    };
    assert.equal(problem(operation("Say"), broken), 'protos/everything.proto:3 a name was expected, got "="');
    const missing = {
      ...broken,
      "protos/everything.proto": 'syntax = "proto3";\nservice Echo { rpc Say(A) returns (B); }',
    };
    assert.match(problem(operation("Say"), missing)!, /there is no type A; is an import missing\?/);
  });
});
