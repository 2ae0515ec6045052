import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ApplicationFailure, type Payload } from "@temporalio/common";
import {
  decodeOptionalFailureToOptionalError,
  encodeErrorToFailure,
  loadDataConverter,
} from "@temporalio/common/lib/internal-non-workflow/index.js";
import { temporalCodec, temporalDataConverter } from "./data-converter.ts";
import { TemporalKeys } from "./keys.ts";

const keys = new TemporalKeys([{ id: "main", key: new Uint8Array(32).fill(1) }]);

describe("the data converter", () => {
  it("loads its converters by path, as the SDK does", () => {
    const { payloadConverter } = loadDataConverter(temporalDataConverter({ keys }));
    for (const value of [undefined, null, 1, "text", { a: [1, 2] }, Uint8Array.of(1, 2)]) {
      assert.deepEqual(payloadConverter.fromPayload(payloadConverter.toPayload(value)), value);
    }
  });

  it("encrypts the messages, stack traces and details of failures, and of their causes", async () => {
    const converter = loadDataConverter(temporalDataConverter({ keys }));
    const error = ApplicationFailure.create({
      message: "canary-message",
      type: "HTTP_FAILED",
      details: [{ body: "canary-details" }],
      cause: new TypeError("canary-cause"),
    });
    const failure = await encodeErrorToFailure(converter, error);
    const stored = Buffer.from(JSON.stringify(failure, bytesAsText)).toString();
    assert.doesNotMatch(stored, /canary/);
    assert.match(stored, /HTTP_FAILED/);
    const decoded = await decodeOptionalFailureToOptionalError(converter, failure);
    assert.equal(decoded?.message, "canary-message");
    assert.deepEqual((decoded as ApplicationFailure).details, [{ body: "canary-details" }]);
    assert.equal((decoded?.cause as Error | undefined)?.message, "canary-cause");
    assert.match(decoded?.stack ?? "", /data-converter\.test/);
  });

  it("compresses before it encrypts, and what comes before both sees neither", async () => {
    const seen: string[] = [];
    const before = {
      encode: async (payloads: Payload[]) => payloads,
      decode: async (payloads: Payload[]) => {
        seen.push(...payloads.map((payload) => Buffer.from(payload.metadata!["encoding"]!).toString()));
        return payloads;
      },
    };
    const { payloadConverter, payloadCodecs } = loadDataConverter(temporalDataConverter({ keys, before: [before] }));
    let payloads = [payloadConverter.toPayload("a".repeat(10_000))];
    for (const codec of payloadCodecs) payloads = await codec.encode(payloads);
    assert.ok(payloads[0]!.data!.length < 300);
    for (const codec of payloadCodecs.toReversed()) payloads = await codec.decode(payloads);
    assert.equal(payloadConverter.fromPayload(payloads[0]!), "a".repeat(10_000));
    assert.deepEqual(seen, ["json/plain"]);
  });

  it("reads what Temporal's SDK for Go has compressed, and Go's own AES-GCM encrypted", async () => {
    const written =
      "bm9uY2Utb2YtMTJiHtwaJMnOr9KpjC8zJ3ogvaZvX2rp1ZQWa6pI719LAY9AwytFnSM79cFo2DMsL6+uqtpo961T8c/QVWfK/H1iObjRra00o81izk3rV66/C6jJbwPKGz6o7iJzYPHrPBHE";
    const metadata = { encoding: Buffer.from("binary/encrypted"), "encryption-key-id": Buffer.from("test") };
    const go = new TemporalKeys([{ id: "test", key: Buffer.from("test-key-test-key-test-key-test!") }]);
    const [payload] = await temporalCodec({ keys: go }).decode([{ metadata, data: Buffer.from(written, "base64") }]);
    assert.equal(Buffer.from(payload!.data!).toString(), '"hello from Go"');
  });

  it("decompresses nothing that is not encrypted, where it refuses that", async () => {
    const strict = temporalCodec({ keys, refusesPlaintext: true });
    const payload = { metadata: { encoding: Buffer.from("json/plain") }, data: Buffer.from(`"${"b".repeat(1000)}"`) };
    const [compressed] = await temporalCodec({}).encode([payload]);
    await assert.rejects(strict.decode([compressed!]), { code: "CODEC_PAYLOAD_PLAINTEXT" });
    const [encrypted] = await strict.encode([payload]);
    assert.deepEqual(Buffer.from((await strict.decode([encrypted!]))[0]!.data!), payload.data);
  });

  it("reads what was compressed or encrypted also where it writes neither", async () => {
    const plain = temporalCodec({ compression: false });
    const payload = { metadata: { encoding: Buffer.from("json/plain") }, data: Buffer.from(`"${"b".repeat(1000)}"`) };
    assert.equal((await plain.encode([payload]))[0], payload);
    const [compressed] = await temporalCodec({}).encode([payload]);
    assert.deepEqual(Buffer.from((await plain.decode([compressed!]))[0]!.data!), payload.data);
    const [encrypted] = await temporalCodec({ keys }).encode([payload]);
    const [decoded] = await temporalCodec({ keys, compression: false }).decode([encrypted!]);
    assert.deepEqual(Buffer.from(decoded!.data!), payload.data);
  });
});

function bytesAsText(_name: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown };
  return type === "Buffer" && Array.isArray(data) ? Buffer.from(data as number[]).toString("latin1") : value;
}
