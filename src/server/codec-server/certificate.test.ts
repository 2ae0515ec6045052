import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { it, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "node:tls";
import { silentLog } from "../../core/ports.ts";
import { temporalCodec } from "../../engines/temporal/codec/data-converter.ts";
import { systemClock } from "../../host/clock.ts";
import type { CertificateFiles } from "./certificate.ts";
import { startCodecServer } from "./codec-server.ts";

/** Writes a certificate of this name over the files, each at once. */
function writePair(folder: string, name: string): CertificateFiles {
  const files = { certificateFile: path.join(folder, "tls.crt"), keyFile: path.join(folder, "tls.key") };
  const made = { certificateFile: path.join(folder, "new.crt"), keyFile: path.join(folder, "new.key") };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", made.keyFile];
  const subject = ["-subj", `/CN=${name}`, "-days", "2", "-out", made.certificateFile];
  execFileSync("openssl", ["req", "-x509", ...key, ...subject], { stdio: "ignore" });
  renameSync(made.keyFile, files.keyFile);
  renameSync(made.certificateFile, files.certificateFile);
  return files;
}

function servedName(url: string): Promise<unknown> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port: Number(port), rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

/** Ends when it is so; a test that waits in vain is ended by its limit. */
async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await pause(10);
}

function hasOpenssl(): boolean {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const skip = !hasOpenssl() && "there is no openssl to make certificates with";

it(
  "serves HTTPS, takes a new certificate from its files, and keeps the last good one",
  { skip },
  async (t: TestContext) => {
    const folder = mkdtempSync(path.join(tmpdir(), "autoflow-certificate-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const tls = writePair(folder, "first");
    const errors: unknown[] = [];
    const server = await startCodecServer({
      listen: { host: "127.0.0.1", port: 0 },
      path: "",
      tls,
      codec: temporalCodec({}),
      log: { ...silentLog, error: (_message, fields) => errors.push(fields?.["error"]) },
      clock: systemClock,
      certificateCheckMs: 5,
    });
    t.after(() => server.close());
    assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(await servedName(server.url), "first");

    writePair(folder, "second");
    await until(async () => (await servedName(server.url)) === "second");

    errors.length = 0;
    writeFileSync(tls.certificateFile, "no certificate");
    await until(() => errors.length > 0);
    assert.match(String(errors[0]), /tls\.crt with the key .*tls\.key cannot be used/);
    assert.equal(await servedName(server.url), "second");
  },
);
