import { hidden } from "../../actions/redaction.ts";
import type { SecretSource } from "../../core/action.ts";

/** Secrets of a project as they may be shown: "***" for those that there are. */
export function maskedSecrets(secrets: SecretSource, project: string): (name: string) => string | undefined {
  return (name) => (secrets.value(project, name) === undefined ? undefined : hidden);
}
