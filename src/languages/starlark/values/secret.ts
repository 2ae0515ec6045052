/** Texts with secrets in them. */
import { HeapValue } from "./value.ts";

/**
 * A piece of a secret text: literal text (a byte string), or the name of a secret whose value only an action ever sees. Within the text of
 * JSON, which scripts never hold, the value is written as JSON has it.
 */
export type SecretPart = string | { readonly name: string; readonly as?: "json" };

/**
 * A text with secrets in it. Joining it with text (`+`, `%`, `.format`) gives another one, so that neither a value nor its
 * stars end up in a string. str() and repr() give `***`. It has no length, no methods, and cannot be a key.
 */
export class Secret extends HeapValue {
  readonly parts: readonly SecretPart[];

  constructor(parts: readonly SecretPart[]) {
    super();
    this.parts = parts;
  }

  get type(): string {
    return "secret";
  }

  override describe(): string {
    return "***";
  }

  override byteSize(): number {
    let bytes = 32;
    for (const part of this.parts) bytes += 40 + (typeof part === "string" ? part.length : part.name.length);
    return bytes;
  }
}

/** Joins texts and secrets: a string when there is no secret among them. Neighbouring literal parts become one. */
export function joinSecret(pieces: readonly (string | Secret)[]): string | Secret {
  const parts: SecretPart[] = [];
  for (const piece of pieces) {
    for (const part of typeof piece === "string" ? [piece] : piece.parts) append(parts, part);
  }
  if (parts.length === 0) return "";
  return parts.length === 1 && typeof parts[0] === "string" ? parts[0] : new Secret(parts);
}

function append(parts: SecretPart[], part: SecretPart): void {
  if (part === "") return;
  const last = parts.at(-1);
  if (typeof part === "string" && typeof last === "string") parts[parts.length - 1] = last + part;
  else parts.push(part);
}

/** Whether two secret texts consist of the same parts. Values are not looked at. */
export function secretsEqual(a: Secret, b: Secret): boolean {
  return (
    a.parts.length === b.parts.length &&
    a.parts.every((part, i) => {
      const other = b.parts[i]!;
      if (typeof part === "string" || typeof other === "string") return part === other;
      return part.name === other.name;
    })
  );
}
