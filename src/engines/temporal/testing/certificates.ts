/** Certificates for tests: authorities, servers and clients, made in a moment and valid for as long as a test wants. */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

export interface Certificate {
  /** PEM. */
  certificate: string;
  /** PEM, PKCS #8. */
  key: string;
}

export interface Authority extends Certificate {
  issue(name: string, options?: IssueOptions): Certificate;
}

export interface IssueOptions {
  /** Epoch ms; an hour ago when absent. */
  validFrom?: number;
  /** Epoch ms; an hour from now when absent. */
  validTo?: number;
}

const hourMs = 3_600_000;

/** An authority of its own, named so. What it issues is good for servers and clients, under the given host name. */
export function makeAuthority(name: string): Authority {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const own = makeCertificate({
    subject: name,
    issuer: name,
    publicKey: keys.publicKey,
    signer: keys.privateKey,
    isAuthority: true,
  });
  return {
    certificate: own,
    key: pemKey(keys.privateKey),
    issue(subject, options = {}) {
      const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const parts = { subject, issuer: name, publicKey, signer: keys.privateKey, isAuthority: false };
      return { certificate: makeCertificate({ ...parts, ...options }), key: pemKey(privateKey) };
    },
  };
}

function pemKey(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

interface CertificateParts extends IssueOptions {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  signer: KeyObject;
  isAuthority: boolean;
}

/** X.509 version 3, RFC 5280. */
function makeCertificate(parts: CertificateParts): string {
  const algorithm = sequence(oid("2a8648ce3d040302"));
  const { validFrom = Date.now() - hourMs, validTo = Date.now() + hourMs } = parts;
  const content = sequence(
    tagged(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    distinguishedName(parts.issuer),
    sequence(time(validFrom), time(validTo)),
    distinguishedName(parts.subject),
    parts.publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(...extensions(parts))),
  );
  const signature = sign("sha256", content, parts.signer);
  const text = sequence(content, algorithm, bits(signature))
    .toString("base64")
    .match(/.{1,64}/g)!
    .join("\n");
  return `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
}

function extensions({ subject, isAuthority }: CertificateParts): Buffer[] {
  const isTrue = Buffer.of(0x01, 0x01, 0xff);
  if (isAuthority) return [sequence(oid("551d13"), isTrue, octets(sequence(isTrue)))];
  const uses = sequence(oid("2b06010505070301"), oid("2b06010505070302"));
  const names = sequence(tagged(0x82, Buffer.from(subject)));
  return [sequence(oid("551d25"), octets(uses)), sequence(oid("551d11"), octets(names))];
}

function distinguishedName(commonName: string): Buffer {
  return sequence(tagged(0x31, sequence(oid("550403"), tagged(0x0c, Buffer.from(commonName)))));
}

function time(epochMs: number): Buffer {
  const digits = new Date(epochMs).toISOString().replaceAll(/[-:T]/g, "").slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`));
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes);
}

function oid(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, "hex"));
}

function octets(content: Buffer): Buffer {
  return tagged(0x04, content);
}

function bits(content: Buffer): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.of(0), content]));
}

/** DER: tag, length, content. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), content]);
}
