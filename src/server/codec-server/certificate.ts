/** The codec server's TLS certificate, read again when its files have changed. */
import { readFileSync, statSync } from "node:fs";
import type { Server } from "node:https";
import { createSecureContext } from "node:tls";
import { AutoFlowError } from "../../core/errors.ts";
import type { Log } from "../../core/ports.ts";

export interface CertificateFiles {
  /** PEM, with what is between it and the authority. */
  certificateFile: string;
  keyFile: string;
}

/** Throws CONFIG_INVALID when a file cannot be read or the two are no pair. */
export function readCertificate({ certificateFile, keyFile }: CertificateFiles): { cert: Buffer; key: Buffer } {
  try {
    const pair = { cert: readFileSync(certificateFile), key: readFileSync(keyFile) };
    createSecureContext(pair);
    return pair;
  } catch (cause) {
    const message = `the certificate ${certificateFile} with the key ${keyFile} cannot be used: ${(cause as Error).message}`;
    throw new AutoFlowError("CONFIG_INVALID", message, { cause });
  }
}

/** Looks at the files from time to time; a pair that cannot be used is told, and the last good one stays. Returns what ends it. */
export function followCertificate(
  server: Server,
  files: CertificateFiles,
  { everyMs, log }: { everyMs: number; log: Log },
): () => void {
  let seen = version(files);
  const timer = setInterval(() => {
    const current = version(files);
    if (current === seen) return;
    seen = current;
    try {
      server.setSecureContext(readCertificate(files));
      log.info("the codec server has a new certificate", { certificateFile: files.certificateFile });
    } catch (error) {
      log.error("the codec server keeps its old certificate", { error });
    }
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

function version({ certificateFile, keyFile }: CertificateFiles): string {
  return [certificateFile, keyFile].map(fileVersion).join();
}

function fileVersion(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? "none" : `${stats.ino}:${stats.mtimeMs}:${stats.size}`;
}
