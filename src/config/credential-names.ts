/** What of the environment is a secret: one rule, told in docs/reference/configuration.md. */

/** Parts of a name that make it a credential's wherever they stand. */
const telling = /TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|BEARER|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY/;

/** Whole words that do: too short to be looked for inside of others. */
const tellingWords = new Set(["KEY", "KEYS", "AUTH", "AUTHORIZATION", "PASS", "PWD", "PAT", "PIN", "JWT", "COOKIE"]);

/** Whether a variable holds a credential: as its name says, or because its value is an address with a password. */
export function isCredential(name: string, value: string): boolean {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
  if (telling.test(words) || words.split(/[^A-Z0-9]+/).some((word) => tellingWords.has(word))) return true;
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]*:[^/?#@\s]+@/i.test(value);
}
