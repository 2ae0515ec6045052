/** What `autoflow doctor` checks where Temporal drives the runs. */
import { withTemporalPackages } from "../../app/temporal-packages.ts";
import { isLoopbackHost, type TemporalConfig } from "../../config/config.ts";
import { splitHostPort } from "../../config/host-port.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { ok, problem, warning, type Finding } from "../../core/finding.ts";
import { systemClock } from "../../host/clock.ts";

/** The packages, the server, its namespace, its workers, whether what users wrote is encrypted, and who may read it. */
export async function checkTemporalEngine(temporal: TemporalConfig): Promise<Finding[]> {
  try {
    const { inspectServer } = await withTemporalPackages(() => import("../temporal/administration.ts"));
    return [...(await inspectServer(temporal)), checkEncryption(temporal), ...(await checkCodec(temporal))];
  } catch (error) {
    if (!(error instanceof AutoFlowError)) throw error;
    return [problem("temporal packages", error.message, error.hint)];
  }
}

function checkEncryption({ encryptionKeys, keyPerProject, allowPlaintext, hostPort }: TemporalConfig): Finding {
  const name = "temporal encryption";
  const count = encryptionKeys.length;
  if (count > 0) {
    const keys = count === 1 ? "1 key" : `${count} keys, of which the first encrypts`;
    const detail = `AES-256-GCM, ${keys}${keyPerProject ? ", one derived for each project" : ""}`;
    if (!allowPlaintext) return ok(name, detail);
    const hint =
      "Take temporal.workflow_data_encryption.allow_plaintext away once nothing is left that was written without a key.";
    return warning(name, `${detail}; what is not encrypted is taken too, whoever has written it`, hint);
  }
  if (isLoopbackHost(splitHostPort(hostPort)?.host ?? "")) return ok(name, "none, for a server on this machine");
  const hint = "Set temporal.workflow_data_encryption.secret_key_file, or encryption.keys.";
  return warning(name, "none: whoever can read the namespace can read events, inputs and results", hint);
}

async function checkCodec({ codecServer }: TemporalConfig): Promise<Finding[]> {
  if (codecServer === undefined) return [];
  const { checkCodecServer } = await import("../../server/codec-server/check.ts");
  return checkCodecServer(codecServer, systemClock);
}
