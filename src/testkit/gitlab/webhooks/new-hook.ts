/** A hook with everything that is not said left as it usually is. */
import type { Hook } from "../model/hook.ts";

export function newHook(
  given: Pick<Hook, "id" | "owner" | "url" | "token" | "switches" | "createdAt"> & Partial<Hook>,
): Hook {
  return {
    name: null,
    description: null,
    signingToken: undefined,
    enableSslVerification: true,
    pushEventsBranchFilter: null,
    branchFilterStrategy: "wildcard",
    customHeaders: [],
    urlVariables: [],
    customWebhookTemplate: null,
    failures: 0,
    disabledUntil: null,
    log: [],
    ...given,
  };
}
