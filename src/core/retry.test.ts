import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Failure } from "./failure.ts";
import { retryDelay, type RetryPolicy, type RetryQuestion } from "./retry.ts";

const failure: Failure = { type: "http", code: "HTTP_TIMEOUT", message: "late", retryable: true };
const policy: RetryPolicy = { maxAttempts: 5, initialMs: 1000, factor: 2, maxMs: 6000 };

function delay(question: Partial<Omit<RetryQuestion, "policy">> & { policy?: Partial<RetryPolicy> } = {}) {
  return retryDelay({
    attempt: 1,
    failure,
    elapsedMs: 0,
    jitter: 0,
    ...question,
    policy: { ...policy, ...question.policy },
  });
}

describe("the delay before a further attempt", () => {
  it("grows by the factor up to the longest", () => {
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((attempt) => delay({ attempt })),
      [1000, 2000, 4000, 6000, undefined],
    );
  });

  it("grows by an increment too", () => {
    const steady = { factor: 1, incrementMs: 500, maxMs: 1800 };
    assert.deepEqual(
      [1, 2, 3, 4].map((attempt) => delay({ attempt, policy: steady })),
      [1000, 1500, 1800, 1800],
    );
  });

  it("is shortened by chance by up to a fifth, unless the policy says otherwise", () => {
    assert.equal(delay({ jitter: 0.5 }), 900);
    assert.deepEqual(
      [0, 0.5, 0.75].map((jitter) => delay({ jitter, policy: { jitter: { fraction: 0.4 } } })),
      [600, 1000, 1200],
    );
    assert.deepEqual(
      [0, 0.5, 0.75].map((jitter) => delay({ jitter, policy: { jitter: { ms: 2000 } } })),
      [0, 1000, 2000],
    );
  });

  it("is at least what the server asks for, and none past the expiry", () => {
    assert.equal(delay({ failure: { ...failure, retryAfterMs: 9000 } }), 9000);
    assert.equal(delay({ elapsedMs: 500, policy: { expiresMs: 1500 } }), 1000);
    assert.equal(delay({ elapsedMs: 501, policy: { expiresMs: 1500 } }), undefined);
  });

  it("is none for a failure that trying again does not change", () => {
    assert.equal(delay({ failure: { ...failure, retryable: false } }), undefined);
  });
});
