/** Names of context attributes as CloudEvents write them: lower-case letters and digits only (CloudEvents 1.0, section 3.1). */
export function attributeName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}
