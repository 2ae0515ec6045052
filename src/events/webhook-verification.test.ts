import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { AutoFlowError, type ErrorCode } from "../core/errors.ts";
import type { Headers } from "./headers.ts";
import { webhookVerifier } from "./webhook-verification.ts";

const now = 1_793_000_000_000;
const body = Buffer.from('{"object_kind":"issue"}');
const signingToken = `whsec_${Buffer.from("a key of twenty-four byt").toString("base64")}`;
const otherSigningToken = `whsec_${Buffer.from("another key of the house").toString("base64")}`;

function signed(
  options: { token?: string; at?: number; id?: string; content?: Uint8Array; before?: string } = {},
): Headers {
  const timestamp = String(Math.floor((options.at ?? now) / 1000));
  const id = options.id ?? "msg_2";
  const key = Buffer.from((options.token ?? signingToken).slice("whsec_".length), "base64");
  const mac = createHmac("sha256", key)
    .update(`${id}.${timestamp}.`)
    .update(options.content ?? body);
  const signature = `${options.before ?? ""}v1,${mac.digest("base64")}`;
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
}

function rejects(check: () => void, code: ErrorCode, message?: RegExp) {
  assert.throws(check, (error) => {
    assert.ok(error instanceof AutoFlowError);
    assert.equal(error.code, code);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  });
}

describe("a secret token", () => {
  const verify = webhookVerifier({ tokens: ["s3cret", "older"] });

  it("lets its own deliveries pass, with any of the configured tokens", () => {
    verify({ "x-gitlab-token": "s3cret" }, body, now);
    verify({ "x-gitlab-token": "older" }, body, now);
  });

  it("refuses a wrong, a missing and an empty one", () => {
    rejects(() => verify({ "x-gitlab-token": "s3cre" }, body, now), "WEBHOOK_TOKEN_WRONG", /not the configured one/);
    rejects(() => verify({}, body, now), "WEBHOOK_TOKEN_WRONG", /no X-Gitlab-Token/);
    rejects(() => verify({ "x-gitlab-token": "" }, body, now), "WEBHOOK_TOKEN_WRONG");
  });

  it("never names the token in the error", () => {
    rejects(() => verify({ "x-gitlab-token": "guess" }, body, now), "WEBHOOK_TOKEN_WRONG", /^(?!.*(guess|s3cret)).*$/);
  });

  it("cannot be configured empty", () => {
    rejects(() => webhookVerifier({ tokens: [""] }), "CONFIG_INVALID");
  });
});

describe("a signing token", () => {
  const verify = webhookVerifier({ signingTokens: [signingToken] });

  it("agrees with the published example of Standard Webhooks", () => {
    const check = webhookVerifier({ signingTokens: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] });
    const headers = {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    };
    check(headers, Buffer.from('{"test": 2432232314}'), 1_614_265_330_000);
  });

  it("accepts one of several signatures, and skips versions it does not know", () => {
    verify(signed({ before: "v1,AAAA v1a,BBBB " }), body, now);
    rejects(() => verify({ ...signed(), "webhook-signature": "v2,AAAA" }, body, now), "WEBHOOK_SIGNATURE_WRONG");
  });

  it("accepts any of several keys", () => {
    const both = webhookVerifier({ signingTokens: [otherSigningToken, signingToken] });
    both(signed(), body, now);
    both(signed({ token: otherSigningToken }), body, now);
  });

  it("refuses another key, another body and another id", () => {
    rejects(() => verify(signed({ token: otherSigningToken }), body, now), "WEBHOOK_SIGNATURE_WRONG", /does not match/);
    rejects(() => verify(signed(), Buffer.from("{}"), now), "WEBHOOK_SIGNATURE_WRONG", /does not match/);
    rejects(() => verify({ ...signed(), "webhook-id": "msg_3" }, body, now), "WEBHOOK_SIGNATURE_WRONG");
  });

  it("refuses what is older or newer than five minutes", () => {
    verify(signed({ at: now - 300_000 }), body, now);
    verify(signed({ at: now + 300_000 }), body, now);
    rejects(() => verify(signed({ at: now - 301_000 }), body, now), "WEBHOOK_SIGNATURE_WRONG", /301 seconds old/);
    rejects(() => verify(signed({ at: now + 301_000 }), body, now), "WEBHOOK_SIGNATURE_WRONG", /in the future/);
  });

  it("refuses a delivery that lacks a part", () => {
    for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
      rejects(() => verify({ ...signed(), [name]: undefined }, body, now), "WEBHOOK_SIGNATURE_WRONG");
    }
    rejects(() => verify({ ...signed(), "webhook-timestamp": "1e9" }, body, now), "WEBHOOK_SIGNATURE_WRONG", /1e9/);
  });

  it("cannot be configured with what is no base64", () => {
    rejects(() => webhookVerifier({ signingTokens: ["whsec_"] }), "CONFIG_INVALID", /not base64/);
    rejects(() => webhookVerifier({ signingTokens: ["whsec_no key!"] }), "CONFIG_INVALID");
  });
});

describe("both kinds of secret", () => {
  const verify = webhookVerifier({ tokens: ["s3cret"], signingTokens: [signingToken] });

  it("never fall back from a wrong signature to a right token", () => {
    const forged = { ...signed({ content: Buffer.from("{}") }), "x-gitlab-token": "s3cret" };
    rejects(() => verify(forged, body, now), "WEBHOOK_SIGNATURE_WRONG");
    rejects(
      () => verify({ "webhook-signature": "", "x-gitlab-token": "s3cret" }, body, now),
      "WEBHOOK_SIGNATURE_WRONG",
    );
  });

  it("let a delivery without a signature pass by its token", () => {
    verify({ "x-gitlab-token": "s3cret" }, body, now);
    rejects(() => verify({}, body, now), "WEBHOOK_TOKEN_WRONG");
  });
});

describe("no secret", () => {
  it("lets everything pass", () => {
    webhookVerifier({})({}, body, now);
    webhookVerifier({})(signed(), body, now);
  });
});

describe("only a secret token", () => {
  it("judges a signed delivery by its token, since it cannot check the signature", () => {
    const verify = webhookVerifier({ tokens: ["s3cret"] });
    verify({ ...signed(), "x-gitlab-token": "s3cret" }, body, now);
    rejects(() => verify(signed(), body, now), "WEBHOOK_TOKEN_WRONG");
  });
});
