import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { it } from "node:test";
import { SecretText, type WireValue } from "../core/wire.ts";
import { readSignature, signatureHeaders } from "./http-signature.ts";

const secret = (name: string): string | undefined => (name === "KEY" ? "It's a Secret to Everybody" : undefined);
const when = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", now: 1_614_265_330_000 };

function headers(sign: WireValue, body: string): Record<string, string> {
  const made = signatureHeaders(readSignature(sign, secret)!, Buffer.from(body), when);
  return Object.fromEntries(made.map(({ name, value }) => [name, value]));
}

it("signs a body as GitHub's receivers check it", () => {
  // The example of GitHub's documentation.
  assert.deepEqual(headers({ secret: new SecretText([{ name: "KEY" }]) }, "Hello, World!"), {
    "X-Hub-Signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
  });
});

it("signs as others want it", () => {
  const expected = createHmac("sha256", "k").update("é").digest("base64");
  const sign = { scheme: "hmac", secret: "k", header: "X-Signature", prefix: "", encoding: "base64" };
  assert.deepEqual(headers(sign, "é"), { "X-Signature": expected });
});

it("signs as Standard Webhooks says", () => {
  // The example of its specification's libraries.
  assert.deepEqual(
    headers({ scheme: "standard", secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }, '{"test": 2432232314}'),
    {
      "webhook-id": when.id,
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
  );
});

it("says what is wrong", () => {
  const refused: [WireValue, RegExp][] = [
    ["k", /sign: it must be an object, got "k"/],
    [{}, /sign: secret must be text, got nothing/],
    [{ secret: "" }, /sign: secret is empty/],
    [{ secret: "k", scheme: "md5" }, /sign: scheme must be "hmac" or "standard", got "md5"/],
    [{ secret: "k", algorithm: "sha1" }, /sign: "algorithm" is not one of its fields/],
    [{ secret: "k", encoding: "hexa" }, /sign: encoding must be "hex" or "base64"/],
    [{ secret: "k", header: "X Y" }, /sign: header must be the name of a header/],
    [{ secret: "k", prefix: "\n" }, /sign: prefix must be of printable ASCII/],
    [{ secret: "not base64!", scheme: "standard" }, /sign: secret must be base64/],
  ];
  for (const [sign, problem] of refused) assert.throws(() => readSignature(sign, secret), problem);
  assert.throws(
    () => readSignature({ secret: new SecretText([{ name: "NONE" }]) }, secret),
    /"NONE" is not configured/,
  );
  assert.equal(readSignature(null, secret), undefined);
});
