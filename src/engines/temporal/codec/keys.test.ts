import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { AutoFlowError } from "../../../core/errors.ts";
import { TemporalKeys, type TemporalKey } from "./keys.ts";

function refused(keys: TemporalKey[], message: RegExp): void {
  assert.throws(
    () => new TemporalKeys(keys),
    (error: unknown) =>
      error instanceof AutoFlowError && error.code === "ENCRYPTION_KEY_INVALID" && message.test(error.message),
  );
}

describe("keys", () => {
  const key = new Uint8Array(32);

  it("have ids of their own that can stand in a payload, and the right length", () => {
    refused([{ id: "a/b", key }], /"a\/b" cannot be the id/);
    refused([{ id: "", key }], /"" cannot be the id/);
    refused(
      [
        { id: "a", key },
        { id: "a", key: new Uint8Array(32).fill(1) },
      ],
      /two encryption keys have the id "a"/,
    );
    refused([{ id: "a", key: new Uint8Array(16) }], /16 bytes, and 32 are needed/);
  });

  it("encrypt when they are first, and are found by their id", () => {
    const keys = new TemporalKeys([
      { id: "new", key },
      { id: "old", key: randomBytes(32) },
    ]);
    assert.deepEqual(keys.ids, ["new", "old"]);
    assert.equal(keys.encrypting()?.id, "new");
    assert.equal(keys.find("old")?.key.symmetricKeySize, 32);
    assert.equal(keys.find("other"), undefined);
    assert.equal(new TemporalKeys().encrypting("project"), undefined);
  });

  it("without an id are named by a fingerprint: always the same, and another for another key", () => {
    const first = randomBytes(32);
    const { ids } = new TemporalKeys([{ key: first }, { id: undefined, key: randomBytes(32) }]);
    assert.match(ids[0]!, /^[0-9a-f]{12}$/);
    assert.notEqual(ids[0], ids[1]);
    assert.deepEqual(new TemporalKeys([{ key: first }]).ids, [ids[0]]);
  });

  it("of projects are derived alike from the same main key, for ever", () => {
    const keys = new TemporalKeys([{ id: "main", key: Uint8Array.from({ length: 32 }, (_, index) => index) }]);
    const derived = keys.encrypting("0123456789abcdef");
    assert.equal(derived?.id, "main/0123456789abcdef");
    const hkdf = "04277aef71fff9ea2414fb9902de868ea3f091947ef2fa8639e44a9c4606d555";
    assert.equal(derived.key.export().toString("hex"), hkdf);
    assert.equal(keys.find("main/0123456789abcdef"), derived);
  });
});
