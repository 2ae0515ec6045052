import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it, type TestContext } from "node:test";
import { AutoFlowError } from "../../../core/errors.ts";
import { loadTemporalKeys } from "./key-files.ts";
import { TemporalKeys } from "./keys.ts";

function keyFile(t: TestContext, content: string | Uint8Array): string {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-key-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "key.bin");
  writeFileSync(file, content);
  return file;
}

function refusal(load: () => unknown): AutoFlowError {
  try {
    load();
  } catch (error) {
    assert.ok(error instanceof AutoFlowError);
    assert.equal(error.code, "ENCRYPTION_KEY_INVALID");
    return error;
  }
  return assert.fail("nothing was refused");
}

describe("key files", () => {
  it("hold 32 bytes; the first encrypts; a key without an id is named by a fingerprint", (t) => {
    const first = keyFile(t, randomBytes(32));
    const keys = loadTemporalKeys([{ file: first }, { file: keyFile(t, randomBytes(32)), id: "2025" }]);
    assert.equal(keys.ids.length, 2);
    assert.match(keys.ids[0]!, /^[0-9a-f]{12}$/);
    assert.equal(keys.encrypting()?.id, keys.ids[0]);
    assert.deepEqual(loadTemporalKeys([{ file: first }]).ids, [keys.ids[0]]);
    assert.equal(keys.find("2025")?.key.symmetricKeySize, 32);
  });

  it("of another length are refused with it, and with what Kubernetes may have stored", (t) => {
    const error = refusal(() => loadTemporalKeys([{ file: keyFile(t, "secret.bin") }]));
    assert.match(error.message, /key\.bin has 10 bytes, and a key is exactly 32/);
    assert.match(error.hint, /--from-literal=\S+ stores the name of the file/);
    assert.doesNotMatch(error.message + error.hint, /secret\.bin/);
    assert.match(refusal(() => loadTemporalKeys([{ file: keyFile(t, "x") }])).message, /has 1 byte,/);
    assert.match(
      refusal(() => loadTemporalKeys([{ file: keyFile(t, new Uint8Array(100_000)) }])).message,
      /100000 bytes/,
    );
  });

  it("that hold text of a key are refused with how to turn it into bytes", (t) => {
    const key = randomBytes(32);
    const hex = refusal(() => loadTemporalKeys([{ file: keyFile(t, `${key.toString("hex")}\n`) }]));
    assert.match(hex.message, /65 bytes/);
    assert.match(hex.hint, /hexadecimal.*xxd -r -p/);
    const base64 = refusal(() => loadTemporalKeys([{ file: keyFile(t, key.toString("base64")) }]));
    assert.match(base64.message, /44 bytes/);
    assert.match(base64.hint, /base64 -d/);
    assert.ok(!`${hex.message}${hex.hint}`.includes(key.toString("hex")));
  });

  it("that are not there, or no files, are refused by name", (t) => {
    assert.match(refusal(() => loadTemporalKeys([{ file: "/nowhere/key" }])).message, /no key file \/nowhere\/key/);
    const folder = path.dirname(keyFile(t, ""));
    assert.match(refusal(() => loadTemporalKeys([{ file: folder }])).message, /cannot be read/);
  });
});

describe("keys", () => {
  it("have ids of their own that can stand in a payload", () => {
    const key = new Uint8Array(32);
    assert.match(refusal(() => new TemporalKeys([{ id: "a/b", key }])).message, /"a\/b" cannot be the id/);
    assert.match(refusal(() => new TemporalKeys([{ id: "", key }])).message, /"" cannot be the id/);
    const twice = [
      { id: "a", key },
      { id: "a", key: new Uint8Array(32).fill(1) },
    ];
    assert.match(refusal(() => new TemporalKeys(twice)).message, /two encryption keys have the id "a"/);
    assert.match(refusal(() => new TemporalKeys([{ id: "a", key: new Uint8Array(16) }])).message, /16 bytes/);
  });

  it("of projects are derived alike from the same main key, for ever", () => {
    const keys = new TemporalKeys([{ id: "main", key: Uint8Array.from({ length: 32 }, (_, index) => index) }]);
    const derived = keys.encrypting("0123456789abcdef");
    assert.equal(derived?.id, "main/0123456789abcdef");
    assert.equal(
      derived?.key.export().toString("hex"),
      "04277aef71fff9ea2414fb9902de868ea3f091947ef2fa8639e44a9c4606d555",
    );
    assert.equal(keys.find("main/0123456789abcdef"), derived);
  });
});
