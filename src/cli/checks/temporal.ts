/** What `autoflow doctor` checks where Temporal drives the runs. */
import { withTemporalPackages } from "../../app/temporal-packages.ts";
import { isLoopbackHost, type TemporalConfig } from "../../config/config.ts";
import { splitHostPort } from "../../config/host-port.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { ok, problem, warning, type Finding } from "../../core/finding.ts";

/** The packages, the server, its namespace, and whether what users wrote is encrypted. */
export async function checkTemporalEngine(temporal: TemporalConfig): Promise<Finding[]> {
  try {
    const { checkTemporal } = await withTemporalPackages(() => import("../../engines/temporal/connection/check.ts"));
    return [...(await checkTemporal(temporal)), checkEncryption(temporal)];
  } catch (error) {
    if (!(error instanceof AutoFlowError)) throw error;
    return [problem("temporal packages", error.message, error.hint)];
  }
}

function checkEncryption({ encryptionKeys, hostPort }: TemporalConfig): Finding {
  const name = "temporal encryption";
  if (encryptionKeys.length > 0) return ok(name, `AES-256-GCM, ${encryptionKeys.length} keys`);
  if (isLoopbackHost(splitHostPort(hostPort)?.host ?? "")) return ok(name, "none, for a server on this machine");
  const hint = "Set temporal.workflow_data_encryption.secret_key_file, or encryption.keys.";
  return warning(name, "none: whoever can read the namespace can read events, inputs and results", hint);
}
