/** What `autoflow doctor` checks about the codec server that is configured. It need not run, and nobody is served. */
import { X509Certificate } from "node:crypto";
import { isLoopbackHost, type CodecServerConfig } from "../../config/config.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { ok, problem, warning, type Finding } from "../../core/finding.ts";
import type { Clock } from "../../core/ports.ts";
import { readCertificate } from "./certificate.ts";
import { createIdentityProvider } from "./identity-provider.ts";

const name = "codec server";
const soonMs = 14 * 86_400_000;

/** Its certificate, whom web pages it would answer, and whether the provider of tokens can be reached from here. */
export async function checkCodecServer(config: CodecServerConfig, clock: Pick<Clock, "now">): Promise<Finding[]> {
  try {
    const findings = [...checkCertificate(config, clock.now()), ...checkWebApp(config)];
    const signer = await checkProvider(config, clock);
    return findings.length === 0 ? [ok(name, `${config.listen.host}:${config.listen.port}, ${signer}`)] : findings;
  } catch (error) {
    if (!(error instanceof AutoFlowError)) throw error;
    return [problem(name, error.message, error.hint)];
  }
}

function checkCertificate({ tls }: CodecServerConfig, now: number): Finding[] {
  if (tls === undefined) return [];
  const { validFrom, validTo } = new X509Certificate(readCertificate(tls).cert);
  const renew = "Have a new one issued, and replace the file: no restart is needed.";
  if (Date.parse(validTo) < now) return [problem(name, `its certificate expired on ${dayOf(validTo)}`, renew)];
  if (Date.parse(validFrom) > now) {
    const hint = "Wait, or set this machine's clock if it is wrong.";
    return [problem(name, `its certificate is valid only from ${dayOf(validFrom)} on`, hint)];
  }
  if (Date.parse(validTo) - now > soonMs) return [];
  return [warning(name, `its certificate is valid until ${dayOf(validTo)}`, renew)];
}

function dayOf(date: string): string {
  return new Date(date).toISOString().slice(0, 10);
}

/** Browsers let a page that came by HTTPS ask another machine by HTTPS only. */
function checkWebApp({ webUiUrl, tls, listen }: CodecServerConfig): Finding[] {
  if (webUiUrl === undefined || tls !== undefined || isLoopbackHost(listen.host)) return [];
  if (!webUiUrl.startsWith("https:")) return [];
  const hint = "Give listen.certificate_file and listen.key_file, unless something in front of it speaks HTTPS.";
  return [warning(name, `it speaks plain HTTP, and pages of ${webUiUrl} may ask only by HTTPS`, hint)];
}

/** Who signs tokens, in words. Throws CODEC_PROVIDER_UNREACHABLE. */
async function checkProvider({ authentication }: CodecServerConfig, clock: Pick<Clock, "now">): Promise<string> {
  if (authentication === undefined) return "for every program of this machine";
  const { issuer } = await createIdentityProvider({ url: authentication.oidcUrl, clock })();
  const people = authentication.authorizedUserEmails.length;
  return `for ${people === 1 ? "1 person" : `${people} people`} with tokens of ${issuer}`;
}
