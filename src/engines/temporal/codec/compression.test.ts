import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deflateSync } from "node:zlib";
import { defaultPayloadConverter, type Payload } from "@temporalio/common";
import { AutoFlowError } from "../../../core/errors.ts";
import { CompressionCodec } from "./compression.ts";

const codec = new CompressionCodec();

function zlib(data: Uint8Array): Payload {
  return { metadata: { encoding: Buffer.from("binary/zlib") }, data };
}

function code(expected: string) {
  return (error: unknown) => error instanceof AutoFlowError && error.code === expected;
}

describe("compression of payloads", () => {
  it("gives back what it was given", async () => {
    const value = { items: Array.from({ length: 500 }, (_, index) => `item ${index}`) };
    const payload = defaultPayloadConverter.toPayload(value);
    const [compressed] = await codec.encode([payload]);
    assert.equal(Buffer.from(compressed!.metadata!["encoding"]!).toString(), "binary/zlib");
    assert.ok(compressed!.data!.length < payload.data!.length / 3);
    const [decoded] = await codec.decode([compressed!]);
    assert.deepEqual(defaultPayloadConverter.fromPayload(decoded!), value);
  });

  it("leaves alone what is small, and what does not get smaller", async () => {
    const random = crypto.getRandomValues(new Uint8Array(5000));
    const payloads = [
      {},
      defaultPayloadConverter.toPayload("a".repeat(100)),
      defaultPayloadConverter.toPayload(random),
    ];
    const encoded = await codec.encode(payloads);
    payloads.forEach((payload, index) => assert.equal(encoded[index], payload));
    const large = [defaultPayloadConverter.toPayload("a".repeat(1000))];
    assert.equal(await new CompressionCodec({ encodes: false }).encode(large), large);
  });

  it("does not decompress without bound, also not in many parts", async () => {
    const bomb = zlib(
      deflateSync(Buffer.concat([Buffer.from([0x12, 0x80, 0x80, 0x80, 0x10]), new Uint8Array(2 ** 25)])),
    );
    assert.ok(bomb.data!.length < 100_000);
    await codec.decode([bomb]);
    await assert.rejects(codec.decode([bomb, bomb, bomb]), code("CODEC_PAYLOAD_TOO_LARGE"));
  });

  it("says so when there is nothing to decompress, or no payload in it", async () => {
    await assert.rejects(codec.decode([zlib(Buffer.from("not zlib"))]), code("CODEC_PAYLOAD_BROKEN"));
    await assert.rejects(codec.decode([zlib(new Uint8Array())]), code("CODEC_PAYLOAD_BROKEN"));
    await assert.rejects(codec.decode([zlib(deflateSync(Buffer.from("text")))]), code("CODEC_PAYLOAD_BROKEN"));
  });
});
