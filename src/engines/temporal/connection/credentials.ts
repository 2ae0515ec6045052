/** What we show to a Temporal server and whom we trust: read from files, and found to be usable before it is used. */
import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { getCACertificates } from "node:tls";
import type { TemporalTls } from "../../../config/config.ts";
import { readSecret } from "../../../config/secret-value.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import type { ConnectionOptions } from "./options.ts";

/** All of it is PEM. */
export interface TlsMaterial {
  serverName: string | undefined;
  /** The authorities that the server's certificate must come from; undefined: those that the machine trusts. */
  authorities: Buffer | undefined;
  client: { certificate: Buffer; key: Buffer; expiresAt: number } | undefined;
}

export interface Credentials {
  /** Undefined: without TLS. */
  tls: TlsMaterial | undefined;
  apiKey: string | undefined;
}

const pemCertificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * Reads what the options name. Throws TEMPORAL_TLS_INVALID for a file that cannot be used at the time `now` (epoch ms), and
 * CONFIG_INVALID for an API key that is not there.
 */
export function loadCredentials(options: ConnectionOptions, now: number): Credentials {
  const apiKey = options.apiKey === undefined ? undefined : loadApiKey(options);
  const tls = options.tls ?? (apiKey === undefined ? undefined : noTlsFiles);
  return { tls: tls === undefined ? undefined : loadTls(tls, now), apiKey };
}

const noTlsFiles: TemporalTls = { client: undefined, caCertificateFile: undefined, serverName: undefined };

/** Whether nothing that is shown or trusted differs. */
export function isSameTls(a: TlsMaterial | undefined, b: TlsMaterial | undefined): boolean {
  const isSame = (one: Buffer | undefined, other: Buffer | undefined): boolean =>
    one === undefined || other === undefined ? one === other : one.equals(other);
  return (
    (a === undefined) === (b === undefined) &&
    isSame(a?.authorities, b?.authorities) &&
    isSame(a?.client?.certificate, b?.client?.certificate) &&
    isSame(a?.client?.key, b?.client?.key)
  );
}

/** The authorities to trust, spelled out: the given ones, else those of Node and of the machine. */
export function trustedAuthorities(tls: TlsMaterial): Buffer {
  if (tls.authorities !== undefined) return tls.authorities;
  return Buffer.from([...getCACertificates("default"), ...getCACertificates("system")].join("\n"));
}

function loadApiKey({ apiKey, environment = process.env }: ConnectionOptions): string | undefined {
  const read = readSecret(apiKey!, environment);
  if ("problem" in read) throw new AutoFlowError("CONFIG_INVALID", `temporal.api_key: ${read.problem}`);
  return read.value.trim();
}

function loadTls({ client, caCertificateFile, serverName }: TemporalTls, now: number): TlsMaterial {
  return {
    serverName,
    authorities: caCertificateFile === undefined ? undefined : loadAuthorities(caCertificateFile, now),
    client: client === undefined ? undefined : loadClient(client, now),
  };
}

function loadAuthorities(file: string, now: number): Buffer {
  const content = readPem(file);
  const certificates = parseCertificates(file, content);
  const last = Math.max(...certificates.map((certificate) => Date.parse(certificate.validTo)));
  if (last < now) throw invalid(file, `has only authorities that have expired, the last on ${dateOf(last)}`, renew);
  return content;
}

function loadClient(files: NonNullable<TemporalTls["client"]>, now: number): TlsMaterial["client"] {
  const certificate = readPem(files.certificateFile);
  const [leaf] = parseCertificates(files.certificateFile, certificate);
  const key = readPem(files.keyFile);
  if (!leaf!.checkPrivateKey(parseKey(files.keyFile, key))) {
    const hint =
      "Give the key that the certificate was issued for; of several certificates the first must be the client's.";
    throw invalid(files.keyFile, `is not the key of the certificate in ${files.certificateFile}`, hint);
  }
  const [startsAt, expiresAt] = [Date.parse(leaf!.validFrom), Date.parse(leaf!.validTo)];
  if (expiresAt < now) throw invalid(files.certificateFile, `expired on ${dateOf(expiresAt)}`, renew);
  if (startsAt > now) {
    const hint = "Wait, or set this machine's clock if it is wrong.";
    throw invalid(files.certificateFile, `is valid only from ${dateOf(startsAt)} on`, hint);
  }
  return { certificate, key, expiresAt };
}

const renew = "Have a new one issued, and replace the file: no restart is needed.";

function readPem(file: string): Buffer {
  let content;
  try {
    content = readFileSync(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw invalid(file, code === "ENOENT" ? "does not exist" : `cannot be read: ${message}`);
  }
  if (content.length === 0) throw invalid(file, "is empty");
  if (content.includes("-----BEGIN ")) return content;
  const isDer = content[0] === 0x30;
  const hint = isDer
    ? `Convert it: openssl x509 -inform der -in ${file} -out <new file>, or openssl pkey for a key.`
    : "A PEM file is text that begins with -----BEGIN.";
  throw invalid(file, `is not PEM${isDer ? ", it looks like DER" : ""} (${content.length} bytes)`, hint);
}

function parseCertificates(file: string, content: Buffer): X509Certificate[] {
  const blocks = content.toString("latin1").match(pemCertificate);
  if (blocks === null) {
    const got = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(content.toString("latin1"))?.[1] ?? "something else";
    throw invalid(file, `has no certificate, it has: ${got.toLowerCase()}`, "Were certificate and key swapped?");
  }
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (error) {
    throw invalid(file, `has a certificate that cannot be read: ${(error as Error).message}`);
  }
}

function parseKey(file: string, content: Buffer): KeyObject {
  if (content.includes("ENCRYPTED")) {
    const hint = `Take the passphrase off: openssl pkey -in ${file} -out <new file>, and let only AutoFlow read that.`;
    throw invalid(file, "is encrypted with a passphrase", hint);
  }
  try {
    return createPrivateKey(content);
  } catch (error) {
    const isCertificate = content.includes("-----BEGIN CERTIFICATE-----");
    if (isCertificate) throw invalid(file, "has a certificate and no key", "Were certificate and key swapped?");
    throw invalid(file, `has no private key that can be read: ${(error as Error).message}`);
  }
}

function invalid(file: string, problem: string, hint?: string): AutoFlowError {
  const details = { data: { file }, ...(hint === undefined ? {} : { hint }) };
  return new AutoFlowError("TEMPORAL_TLS_INVALID", `${file} ${problem}`, details);
}

/** Day and time to the second, in UTC. */
export function dateOf(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(".000Z", "Z");
}
