/** What every action keeps to. An adapter's test calls this with an action, an input that succeeds and the secrets it has. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Action, ActionCall, SecretSource } from "../core/action.ts";
import { catalogue } from "../core/error-catalogue.ts";
import { decodeWire, encodeWire, type WireText, type WireValue } from "../core/wire.ts";

export interface ActionSubject {
  action: Action;
  /** An input that succeeds and, where the action talks to something, brings the secret `TOKEN` back. */
  succeeding: WireValue;
  /** An input that takes longer than any test. */
  endless?: WireValue;
  close(): Promise<void>;
}

export interface ActionTraits {
  /** An input the action cannot use; absent when it can use anything. */
  unusable?: WireValue;
  /** Whether it answers without waiting for anything, so that it has no `endless` input. */
  answersAtOnce: boolean;
}

/** The secrets of every project in the suite. */
export const suiteSecrets: SecretSource = {
  value: (_project, name) => (name === "TOKEN" ? "s3cr3t-value" : undefined),
  names: () => ["TOKEN"],
};

/** A call as an engine makes it. */
export function actionCall(input: WireValue, overrides: Partial<ActionCall> = {}): ActionCall {
  return {
    input: encodeWire(input),
    runId: "0199d0a0-0000-7000-8000-000000000001",
    project: "1",
    attempt: 1,
    idempotencyKey: "0199d0a0-0000-7000-8000-000000000001:1",
    timeoutMs: 30_000,
    signal: new AbortController().signal,
    ...overrides,
  };
}

export function describeAction(name: string, traits: ActionTraits, open: () => Promise<ActionSubject>): void {
  const { unusable } = traits;

  describe(`${name} keeps to what every action keeps to`, () => {
    async function withSubject(use: (subject: ActionSubject) => Promise<void>): Promise<void> {
      const subject = await open();
      try {
        await use(subject);
      } finally {
        await subject.close();
      }
    }

    it("has a name, a timeout and a retry policy that can be used", () =>
      withSubject(async ({ action }) => {
        assert.match(action.name, /^[a-z][a-z0-9_.-]*$/);
        assert.ok(action.timeoutMs > 0);
        assert.ok(action.retry.maxAttempts >= 1 && action.retry.factor >= 1);
      }));

    it("answers a value that is wire text", () =>
      withSubject(async ({ action, succeeding }) => {
        const answer = await action.perform(actionCall(succeeding));
        assert.ok("value" in answer, JSON.stringify(answer));
        assert.doesNotThrow(() => decodeWire(answer.value));
      }));

    it("tells no value of a secret", () =>
      withSubject(async ({ action, succeeding }) => {
        for (const input of [succeeding, unusable ?? null]) {
          const answer = await action.perform(actionCall(input));
          assert.doesNotMatch(JSON.stringify(answer), /s3cr3t-value/);
        }
      }));

    if (unusable !== undefined) {
      it("answers input it cannot use with a failure that is not retried", () =>
        withSubject(async ({ action }) => {
          const answer = await action.perform(actionCall(unusable));
          assert.ok("error" in answer, JSON.stringify(answer));
          assert.equal(answer.error.code, "ACTION_INPUT_INVALID");
          assert.equal(answer.error.retryable, false);
        }));
    }

    it("does not throw for input that is not wire text", () =>
      withSubject(async ({ action }) => {
        const answer = await action.perform({ ...actionCall(null), input: "{" as WireText });
        if ("error" in answer) assert.ok(Object.hasOwn(catalogue, answer.error.code));
      }));

    if (!traits.answersAtOnce) {
      it("ends at once when it is aborted, before or while it works", () =>
        withSubject(async ({ action, endless = null }) => {
          const before = await action.perform(actionCall(endless, { signal: AbortSignal.abort() }));
          const controller = new AbortController();
          const under = action.perform(actionCall(endless, { signal: controller.signal }));
          setImmediate(() => controller.abort());
          for (const answer of [before, await under]) {
            assert.ok("error" in answer, JSON.stringify(answer));
            assert.equal(answer.error.code, "ACTION_INTERRUPTED");
            assert.equal(answer.error.retryable, true);
          }
        }));
    }
  });
}
