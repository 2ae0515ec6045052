/**
 * Configuration properties, looked up as SmallRye Config (Quarkus) does: `$SECRET.x` and the settings of functions are such. First
 * the run's environment counts, then the workflow's application.properties.
 */
import { withoutMarkers } from "../data/json.ts";
import { secretText } from "./wire.ts";

/** What a run knows of its environment (`RunStart`). */
export interface Environment {
  vars: Readonly<Record<string, string>>;
  /** Names; what stands for a value is the marker of the secret. */
  secrets: readonly string[];
}

/** The profile whose properties (`%prod.key`) count before those without one. */
const profile = "%prod.";

/** Properties in each other (`${a}` is `${b}`…); what is nested deeper is a circle. */
const maxDepth = 20;

/** So many names are kept with their spellings: those of a workflow are few. */
const maxKept = 1000;

/** What all runs of a workflow share: its application.properties, and how names are spelled. Immutable but for its cache. */
export class PropertyFile {
  readonly entries: ReadonlyMap<string, string>;
  /** Keys by how a variable of the environment would be called. */
  readonly #byVariable = new Map<string, string>();
  readonly #spellings = new Map<string, readonly string[]>();

  constructor(entries: readonly { key: string; value: string }[]) {
    const values = new Map<string, string>();
    for (const { key, value } of entries) if (!key.startsWith("%")) values.set(key, value);
    for (const { key, value } of entries) if (key.startsWith(profile)) values.set(key.slice(profile.length), value);
    for (const key of values.keys()) this.#byVariable.set(variableOf(key), key);
    this.entries = values;
  }

  /** The value of a key as it is written. A variable's name finds the property that it would set: `SWT_REF` is `swt_ref`. */
  written(name: string): string | undefined {
    const value = this.entries.get(name);
    if (value !== undefined || this.#byVariable.size === 0) return value;
    const key = this.#byVariable.get(this.spellings(name).at(-1)!);
    return key === undefined ? undefined : this.entries.get(key);
  }

  /** A name as variables of the environment spell it, the one in capitals last. */
  spellings(name: string): readonly string[] {
    const known = this.#spellings.get(name);
    if (known !== undefined) return known;
    const spellings = spellingsOf(name);
    if (this.#spellings.size < maxKept) this.#spellings.set(name, spellings);
    return spellings;
  }
}

export class Properties {
  readonly #file: PropertyFile;
  readonly #environment: Environment;

  constructor(file: PropertyFile, environment: Environment) {
    this.#file = file;
    this.#environment = environment;
  }

  /** The text under a name, in which secrets are markers; undefined when there is none, or a name in it means nothing. */
  find(name: string): string | undefined {
    return this.#find(name, 0);
  }

  /** The first name that a key's text in the file refers to and nobody gives; undefined when it has all, or there is no such key. */
  missingFor(key: string): string | undefined {
    return this.#missingFor(key, 0);
  }

  /** Keys of the file that begin with a text. */
  keysWith(prefix: string): string[] {
    return [...this.#file.entries.keys()].filter((key) => key.startsWith(prefix));
  }

  #find(name: string, depth: number): string | undefined {
    const given = this.#inEnvironment(name);
    if (given !== undefined) return given;
    const written = this.#file.written(name);
    return written === undefined ? undefined : this.#expand(written, depth);
  }

  #missingFor(key: string, depth: number): string | undefined {
    const written = this.#inEnvironment(key) === undefined ? this.#file.written(key) : undefined;
    if (written === undefined || depth > maxDepth) return undefined;
    const missing = requiredNames(written).find((name) => this.find(name) === undefined);
    return missing === undefined ? undefined : (this.#missingFor(missing, depth + 1) ?? missing);
  }

  #inEnvironment(name: string): string | undefined {
    for (const spelling of this.#file.spellings(name)) {
      if (this.#environment.secrets.includes(spelling)) return secretText(spelling);
      if (Object.hasOwn(this.#environment.vars, spelling)) return withoutMarkers(this.#environment.vars[spelling]!);
    }
    return undefined;
  }

  #expand(text: string, depth: number): string | undefined {
    if (depth > maxDepth) return undefined;
    let unknown = false;
    const expanded = withReferences(text, (reference) => {
      const { name, fallback } = nameAndFallback(reference);
      const key = this.#expand(name, depth + 1);
      const value = key === undefined ? undefined : this.#find(key, depth + 1);
      const chosen = value ?? (fallback === undefined ? undefined : this.#expand(fallback, depth + 1));
      unknown ||= chosen === undefined;
      return chosen ?? "";
    });
    return unknown ? undefined : expanded;
  }
}

/** A name as variables of the environment spell it: as it is, with "_" for what is no letter or digit, that in capitals. */
export function spellingsOf(name: string): string[] {
  const plain = name.replace(/[^A-Za-z0-9]/g, "_");
  return [...new Set([name, plain, plain.toUpperCase()])];
}

function variableOf(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, "_").toUpperCase();
}

/**
 * Names of the environment that looking these properties up may ask for, all spellings: their own, and those that the values in the
 * file refer to.
 */
export function environmentOf(entries: readonly { key: string; value: string }[], names: Iterable<string>): string[] {
  const wanted = new Set<string>(names);
  for (const { value } of entries) referencesIn(value, wanted);
  return [...new Set([...wanted].flatMap(spellingsOf))].toSorted();
}

/** Names that `${name}` in a text refers to, without a default. */
export function requiredNames(text: string): string[] {
  const names: string[] = [];
  withReferences(text, (reference) => {
    const { name, fallback } = nameAndFallback(reference);
    if (fallback === undefined && !name.includes("${")) names.push(name);
    return "";
  });
  return names;
}

/** Adds the names that `${name}` and `${name:default}` in a text refer to. */
function referencesIn(text: string, names: Set<string>): void {
  withReferences(text, (reference) => {
    const { name, fallback } = nameAndFallback(reference);
    if (!name.includes("${")) names.add(name);
    referencesIn(name, names);
    if (fallback !== undefined) referencesIn(fallback, names);
    return "";
  });
}

/** The text with every outermost `${…}` replaced; a backslash before it makes it plain text. */
function withReferences(text: string, valueOf: (reference: string) => string): string {
  let result = "";
  let at = 0;
  for (;;) {
    const begin = text.indexOf("${", at);
    if (begin < 0) return result + text.slice(at);
    const end = closingBrace(text, begin + 2);
    if (end < 0) return result + text.slice(at);
    if (text[begin - 1] === "\\" && begin > at) result += text.slice(at, begin - 1) + text.slice(begin, end + 1);
    else result += text.slice(at, begin) + valueOf(text.slice(begin + 2, end));
    at = end + 1;
  }
}

function closingBrace(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text.startsWith("${", i)) depth++;
    else if (text[i] === "}" && depth-- === 0) return i;
  }
  return -1;
}

/** The parts of `name:default`; the colon is not one inside of a `${…}` in the name. */
function nameAndFallback(reference: string): { name: string; fallback?: string } {
  let depth = 0;
  for (let i = 0; i < reference.length; i++) {
    if (reference.startsWith("${", i)) depth++;
    else if (reference[i] === "}") depth--;
    else if (reference[i] === ":" && depth === 0)
      return { name: reference.slice(0, i), fallback: reference.slice(i + 1) };
  }
  return { name: reference };
}
