import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { describe, it } from "node:test";
import { defaultPayloadConverter, type Payload, type SerializationContext } from "@temporalio/common";
import fc from "fast-check";
import { AutoFlowError, type ErrorCode } from "../../../core/errors.ts";
import { EncryptionCodec } from "./encryption.ts";
import { TemporalKeys } from "./keys.ts";
import { ProjectScopes } from "./project-scopes.ts";

const main = { id: "main", key: new Uint8Array(32).fill(7) };
const old = { id: "old", key: new Uint8Array(32).fill(9) };

const codec = new EncryptionCodec(new TemporalKeys([main]));

function code(expected: ErrorCode, message?: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof AutoFlowError);
    assert.equal(error.code, expected);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  };
}

function workflow(workflowId: string): SerializationContext {
  return { type: "workflow", namespace: "default", workflowId };
}

function text(value: Uint8Array | undefined): string {
  return Buffer.from(value ?? []).toString();
}

function keyId(payload: Payload | undefined): string {
  return text(payload?.metadata?.["encryption-key-id"]);
}

describe("encryption of payloads", () => {
  it("gives back what it was given, and encrypts each payload anew", async () => {
    const payloadOf = (value: unknown) => defaultPayloadConverter.toPayload(value);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), async (values) => {
        const payloads = values.map(payloadOf);
        const decoded = await codec.decode(await codec.encode(payloads));
        assert.deepEqual(
          decoded.map((payload) => defaultPayloadConverter.fromPayload(payload)),
          payloads.map((payload) => defaultPayloadConverter.fromPayload(payload)),
        );
      }),
      { numRuns: 50 },
    );
    const [first, second] = await codec.encode([payloadOf("same"), payloadOf("same")]);
    assert.notDeepEqual(first?.data, second?.data);
  });

  it("writes what the published samples write: nonce, ciphertext and tag over the serialised payload", async () => {
    const [payload] = await codec.encode([
      { metadata: { encoding: Buffer.from("json/plain") }, data: Buffer.from('"hi"') },
    ]);
    assert.deepEqual(Object.keys(payload?.metadata ?? {}).toSorted(), ["encoding", "encryption-key-id"]);
    assert.equal(text(payload?.metadata?.["encoding"]), "binary/encrypted");
    assert.equal(keyId(payload), "main");
    const data = new Uint8Array(payload?.data ?? []);
    const key = await webcrypto.subtle.importKey("raw", main.key, "AES-GCM", false, ["decrypt"]);
    const plain = await webcrypto.subtle.decrypt({ name: "AES-GCM", iv: data.subarray(0, 12) }, key, data.subarray(12));
    // Field 1 holds the entry (1: "encoding", 2: "json/plain"), field 2 the data.
    const serialised = `\n\u0016\n\u0008encoding\u0012\njson/plain\u0012\u0004"hi"`;
    assert.equal(Buffer.from(plain).toString("latin1"), serialised);
  });

  it("reads what Temporal's SDK for Go and Go's own AES-GCM have written", async () => {
    const go = new EncryptionCodec(
      new TemporalKeys([{ id: "test", key: Buffer.from("test-key-test-key-test-key-test!") }]),
    );
    const written = "bm9uY2Utb2YtMTJiHt0aJMnOr9KpjC8zJ3sop6dgAmOqzpERG7df/6bFfwOC7ZRhPky1VqifEqCk35tYLevyT/nveZdq";
    const metadata = { encoding: Buffer.from("binary/encrypted"), "encryption-key-id": Buffer.from("test") };
    const [payload] = await go.decode([{ metadata, data: Buffer.from(written, "base64") }]);
    assert.equal(defaultPayloadConverter.fromPayload(payload!), "hello from Go");
  });

  it("leaves untouched what is not encrypted, and encrypts nothing without a key", async () => {
    const payloads = [defaultPayloadConverter.toPayload("plain"), { data: Buffer.from("no metadata") }, {}];
    const decoded = await codec.decode(payloads);
    payloads.forEach((payload, index) => assert.equal(decoded[index], payload));
    const none = new EncryptionCodec(new TemporalKeys());
    assert.equal(await none.encode(payloads), payloads);
    const encrypted = await codec.encode(payloads);
    await assert.rejects(none.decode(encrypted), code("CODEC_KEY_MISSING", /the key "main"; configured are none/));
  });

  it("takes nothing that is not encrypted where it is told so, and names whose it is", async () => {
    const strict = new EncryptionCodec(new TemporalKeys([main, old]), { refusesPlaintext: true });
    const encrypted = await codec.encode([defaultPayloadConverter.toPayload("ours")]);
    assert.equal(defaultPayloadConverter.fromPayload((await strict.decode(encrypted))[0]!), "ours");
    const written = defaultPayloadConverter.toPayload("theirs");
    const zlib = { metadata: { encoding: Buffer.from("binary/zlib") }, data: Buffer.from("x") };
    const nearly = { metadata: { encoding: Buffer.from("binary/Encrypted") }, data: encrypted[0]!.data! };
    for (const payload of [written, zlib, nearly, { data: Buffer.from("no metadata") }, {}]) {
      const refused = code("CODEC_PAYLOAD_PLAINTEXT", /a payload of the workflow autoflow\/run\/1 is not encrypted/);
      await assert.rejects(strict.decode([...encrypted, payload], workflow("autoflow/run/1")), refused);
      await assert.rejects(strict.decode([payload]), code("CODEC_PAYLOAD_PLAINTEXT", /^a payload is not encrypted/));
    }
    // Without a key there is nothing else to take.
    const none = new EncryptionCodec(new TemporalKeys(), { refusesPlaintext: true });
    assert.equal((await none.decode([written]))[0], written);
  });

  it("is for one workflow where it is known for which, and says nothing of that once it is decrypted", async () => {
    const payload = defaultPayloadConverter.toPayload("yes");
    const [answer] = await codec.encode([payload], workflow("autoflow/run/1"));
    for (const context of [undefined, workflow("autoflow/run/1")]) {
      const [decoded] = await codec.decode([answer!], context);
      assert.deepEqual(Object.keys(decoded!.metadata!), ["encoding"]);
      assert.equal(defaultPayloadConverter.fromPayload(decoded!), "yes");
    }
    const another = code(
      "CODEC_PAYLOAD_BROKEN",
      /autoflow\/run\/2 has a payload .* for the workflow autoflow\/run\/1$/,
    );
    await assert.rejects(codec.decode([answer!], workflow("autoflow/run/2")), another);
    // Such as the codec server encrypts for people.
    const [anybodys] = await codec.encode([payload]);
    assert.equal(defaultPayloadConverter.fromPayload((await codec.decode([anybodys!], workflow("x")))[0]!), "yes");
  });

  it("encrypts with the first key and decrypts with any", async () => {
    const [before] = await new EncryptionCodec(new TemporalKeys([old])).encode([{ data: Buffer.from("x") }]);
    const rotated = new EncryptionCodec(new TemporalKeys([main, old]));
    assert.equal(text((await rotated.decode([before!]))[0]?.data ?? undefined), "x");
    assert.equal(keyId((await rotated.encode([{}]))[0]), "main");
    await assert.rejects(codec.decode([before!]), code("CODEC_KEY_MISSING", /"old"; configured are "main"/));
  });

  it("refuses every altered byte", async () => {
    const [payload] = await codec.encode([{ data: Buffer.from("value") }]);
    for (let at = 0; at < payload!.data!.length; at++) {
      const data = Uint8Array.from(payload!.data!);
      data[at]! ^= 1;
      await assert.rejects(codec.decode([{ metadata: payload!.metadata!, data }]), code("CODEC_PAYLOAD_BROKEN"));
    }
    for (const length of [0, 11, 27, 28]) {
      const data = payload!.data!.subarray(0, length);
      await assert.rejects(codec.decode([{ metadata: payload!.metadata!, data }]), code("CODEC_PAYLOAD_BROKEN"));
    }
    const nameless = { metadata: { encoding: payload!.metadata!["encoding"]! }, data: payload!.data! };
    await assert.rejects(codec.decode([nameless]), code("CODEC_PAYLOAD_BROKEN", /does not say its encryption-key-id/));
  });

  it("names a key that was replaced under its id", async () => {
    const [payload] = await codec.encode([{ data: Buffer.from("value") }]);
    const replaced = new EncryptionCodec(new TemporalKeys([{ ...old, id: "main" }]));
    await assert.rejects(replaced.decode([payload!]), code("CODEC_PAYLOAD_BROKEN", /the key "main" does not open/));
  });
});

describe("keys per project", () => {
  const ownerOf = (workflowId: string) => workflowId.replace("/call/", "/run/");
  const projectOf = (workflowId: string) => /^autoflow\/log\/(\w+)$/.exec(workflowId)?.[1];
  const client = () => {
    const scopes = new ProjectScopes({ projectOf, ownerOf });
    return { scopes, codec: new EncryptionCodec(new TemporalKeys([main]), { scopes }) };
  };

  it("come from the workflow's id, from who starts it, or from what was decoded of it", async () => {
    const { scopes, codec: starting } = client();
    assert.equal(keyId((await starting.encode([{}], workflow("autoflow/log/a1")))[0]), "main/a1");
    assert.equal(keyId((await starting.encode([{}], workflow("autoflow/run/1")))[0]), "main");
    scopes.note("autoflow/run/1", "b2");
    const [input] = await starting.encode([{ data: Buffer.from("x") }], workflow("autoflow/run/1"));
    assert.equal(keyId(input), "main/b2");

    const { codec: working } = client();
    assert.equal(keyId((await working.encode([{}], workflow("autoflow/run/1")))[0]), "main");
    await working.decode([input!], workflow("autoflow/run/1"));
    assert.equal(keyId((await working.encode([{}], workflow("autoflow/run/1")))[0]), "main/b2");
    const activity: SerializationContext = {
      type: "activity",
      namespace: "default",
      workflowId: "autoflow/run/1",
      isLocal: false,
    };
    assert.equal(keyId((await working.encode([{}], activity))[0]), "main/b2");
  });

  it("need no context to be read, and differ from each other and from the main key", async () => {
    const { codec: writing } = client();
    const [a] = await writing.encode([{ data: Buffer.from("x") }], workflow("autoflow/log/a"));
    assert.equal(text((await codec.decode([a!]))[0]?.data ?? undefined), "x");
    for (const other of ["main", "main/b"]) {
      const swapped = { metadata: { ...a!.metadata, "encryption-key-id": Buffer.from(other) }, data: a!.data! };
      await assert.rejects(codec.decode([swapped]), code("CODEC_PAYLOAD_BROKEN"));
    }
    for (const wrong of ["main/", "main/a/b", "other/a", "main/ä"]) {
      const named = { metadata: { ...a!.metadata, "encryption-key-id": Buffer.from(wrong) }, data: a!.data! };
      await assert.rejects(codec.decode([named]), code("CODEC_KEY_MISSING"));
    }
  });

  it("are those of another workflow where an id says so", async () => {
    const { scopes, codec: writing } = client();
    scopes.note("autoflow/run/1", "b2");
    const [payload] = await writing.encode([{ data: Buffer.from("x") }], workflow("autoflow/call/1"));
    assert.equal(keyId(payload), "main/b2");
    const { scopes: learning, codec: reading } = client();
    await reading.decode([payload!], workflow("autoflow/call/1"));
    assert.equal(learning.of("autoflow/run/1"), "b2");
  });

  it("keep payloads of one project from being passed off as another's", async () => {
    const { scopes, codec: writing } = client();
    scopes.note("autoflow/run/1", "b2");
    const { scopes: others, codec: mistaken } = client();
    others.note("autoflow/run/1", "a1");
    const [payload] = await mistaken.encode([{}], workflow("autoflow/run/1"));
    const refused = code("CODEC_PAYLOAD_BROKEN", /autoflow\/run\/1 has a payload .* another project/);
    await assert.rejects(writing.decode([payload!], workflow("autoflow/run/1")), refused);
    // What the main key has encrypted may be anybody's.
    await writing.decode(await codec.encode([{}]), workflow("autoflow/run/1"));
    assert.equal(scopes.of("autoflow/run/1"), "b2");
    // Nor is it learned from one of another workflow whose it is.
    const [ofLog] = await writing.encode([{}], workflow("autoflow/log/a1"));
    const { scopes: learning, codec: reading } = client();
    await assert.rejects(reading.decode([ofLog!], workflow("autoflow/run/7")), code("CODEC_PAYLOAD_BROKEN"));
    assert.equal(learning.of("autoflow/run/7"), undefined);
  });

  it("are not learned from a payload that does not open", async () => {
    const { scopes, codec: writing } = client();
    const [payload] = await writing.encode([{}], workflow("autoflow/log/a"));
    const forged = {
      metadata: { ...payload!.metadata, "encryption-key-id": Buffer.from("main/b") },
      data: payload!.data!,
    };
    await assert.rejects(writing.decode([forged], workflow("autoflow/run/7")));
    assert.equal(scopes.of("autoflow/run/7"), undefined);
  });
});

describe("what is remembered of workflows' projects", () => {
  it("is bounded, and what is asked for stays", () => {
    const scopes = new ProjectScopes(undefined, 3);
    scopes.note("kept", "p");
    for (let count = 0; count < 50; count++) {
      scopes.note(`other ${count}`, "q");
      assert.equal(scopes.of("kept"), "p");
    }
    assert.equal(scopes.of("other 0"), undefined);
    assert.equal(scopes.of("other 49"), "q");
  });
});
