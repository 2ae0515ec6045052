/** Which workflow a subflow or a continuation is. */

/** The newest version when there is none, or "latest" (specification, SubFlowRef and ContinueAs definitions). */
export function definitionNamed(name: string, version: string | undefined): { name: string; version?: string } {
  return version === undefined || version === "latest" ? { name } : { name, version };
}
