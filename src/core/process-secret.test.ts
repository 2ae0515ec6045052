import assert from "node:assert/strict";
import { test } from "node:test";
import { processSecret, processSecretName } from "./process-secret.ts";

test("a secret is by chance, or what the host has given", () => {
  const secrets = Array.from({ length: 8 }, processSecret);
  assert.ok(new Set(secrets).size > 1);
  for (const secret of secrets) assert.equal(secret | 0, secret);
  const globals = globalThis as Record<string, unknown>;
  globals[processSecretName] = 12;
  try {
    assert.equal(processSecret(), 12);
  } finally {
    delete globals[processSecretName];
  }
});
