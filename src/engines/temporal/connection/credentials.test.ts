import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { makeAuthority } from "../testing/certificates.ts";
import { isSameTls, loadCredentials, type Credentials } from "./credentials.ts";

const folder = mkdtempSync(path.join(tmpdir(), "autoflow-credentials-"));
after(() => rmSync(folder, { recursive: true }));
const now = Date.UTC(2026, 5, 1);
const dayMs = 86_400_000;
const authority = makeAuthority("authority");
const valid = { validFrom: now - dayMs, validTo: now + 30 * dayMs };
const good = authority.issue("client", valid);

let files = 0;
function write(content: string | Uint8Array): string {
  const file = path.join(folder, String(files++));
  writeFileSync(file, content);
  return file;
}

function load(certificate: string | Uint8Array, key: string | Uint8Array, ca?: string): Credentials {
  const tls = {
    client: { certificateFile: write(certificate), keyFile: write(key) },
    caCertificateFile: ca === undefined ? undefined : write(ca),
    serverName: undefined,
  };
  return loadCredentials({ hostPort: "localhost:7233", namespace: "default", tls }, now);
}

test("a certificate and its key are read, and compared with others", () => {
  const { tls, apiKey } = load(good.certificate, good.key);
  assert.equal(apiKey, undefined);
  assert.equal(tls?.client?.expiresAt, valid.validTo);
  assert.equal(tls?.client?.certificate.toString(), good.certificate);
  assert.ok(isSameTls(tls, load(good.certificate, good.key).tls));
  const other = authority.issue("client", valid);
  assert.ok(!isSameTls(tls, load(other.certificate, other.key).tls));
  assert.ok(!isSameTls(tls, undefined));
});

test("an API key means TLS", () => {
  const place = { hostPort: "localhost:7233", namespace: "default" };
  assert.equal(loadCredentials(place, now).tls, undefined);
  const { tls, apiKey } = loadCredentials({ ...place, apiKey: { env: "KEY" }, environment: { KEY: "secret" } }, now);
  assert.deepEqual([tls, apiKey], [{ serverName: undefined, authorities: undefined, client: undefined }, "secret"]);
  assert.throws(() => loadCredentials({ ...place, apiKey: { env: "KEY" }, environment: {} }, now), {
    code: "CONFIG_INVALID",
    message: /KEY is not set/,
  });
});

const encrypted = createPrivateKey(good.key)
  .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "p" })
  .toString();
const expired = authority.issue("client", { validFrom: now - 2 * dayMs, validTo: now - dayMs });
const future = authority.issue("client", { validFrom: now + dayMs, validTo: now + 2 * dayMs });
const stranger = authority.issue("client", valid);

for (const [name, certificate, key, message, hint] of [
  ["an empty certificate", "", good.key, /is empty/, /PEM/],
  [
    "DER",
    new X509Certificate(good.certificate).raw,
    good.key,
    /is not PEM, it looks like DER/,
    /openssl x509 -inform der/,
  ],
  ["text", "hello", good.key, /is not PEM \(5 bytes\)/, /-----BEGIN/],
  ["certificate and key swapped", good.key, good.certificate, /has no certificate, it has: private key/, /swapped/],
  ["a certificate twice", good.certificate, good.certificate, /has a certificate and no key/, /swapped/],
  ["another's key", good.certificate, stranger.key, /is not the key of the certificate in/, /issued for/],
  ["a passphrase", good.certificate, encrypted, /is encrypted with a passphrase/, /openssl pkey/],
  ["half a key", good.certificate, good.key.slice(0, 90), /has no private key that can be read/, /PEM/],
  ["half a certificate", good.certificate.slice(0, 200), good.key, /has no certificate/, /swapped/],
  ["an expired certificate", expired.certificate, expired.key, /expired on 2026-05-31T00:00:00Z/, /no restart/],
  ["a certificate of tomorrow", future.certificate, future.key, /is valid only from 2026-06-02T00:00:00Z on/, /clock/],
] as const) {
  test(`refused: ${name}`, () => {
    assert.throws(() => load(certificate, key), { code: "TEMPORAL_TLS_INVALID", message, hint });
  });
}

test("refused: authorities that have all expired, and files that are not there", () => {
  assert.throws(() => load(good.certificate, good.key, expired.certificate), {
    code: "TEMPORAL_TLS_INVALID",
    message: /only authorities that have expired/,
  });
  assert.ok(load(good.certificate, good.key, expired.certificate + good.certificate));
  const caCertificateFile = path.join(folder, "absent");
  const tls = { client: undefined, caCertificateFile, serverName: undefined };
  assert.throws(() => loadCredentials({ hostPort: "localhost:7233", namespace: "default", tls }, now), {
    code: "TEMPORAL_TLS_INVALID",
    message: /absent does not exist/,
  });
});
