/** /version and /metadata */
import { get, ok, requireUser, type Answer, type Call } from "./call.ts";

export const instanceRoutes = [get("/version", version), get("/metadata", metadata)];

const revision = "0123456789a";

function version(call: Call): Answer {
  requireUser(call);
  return ok({ version: call.world.version, revision });
}

function metadata(call: Call): Answer {
  requireUser(call);
  return ok({
    version: call.world.version,
    revision,
    kas: { enabled: false, externalUrl: null, externalK8sProxyUrl: null, version: null },
    enterprise: true,
  });
}
