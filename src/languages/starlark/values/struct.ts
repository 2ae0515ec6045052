/** Values with named fields: structs and modules. */
import { EvalError } from "./errors.ts";
import { HeapValue, type Value, shareTextsIn } from "./value.ts";

/** What struct(…) answers. `names` are sorted byte strings, `values` in the same order. Immutable. */
export class Struct extends HeapValue {
  readonly names: readonly string[];
  readonly values: readonly Value[];
  /** Two structs are equal only when made by the same constructor; "struct" for the built-in one. */
  readonly constructorName: string;

  constructor(names: readonly string[], values: readonly Value[], constructorName = "struct") {
    super();
    this.names = names;
    this.values = values;
    this.constructorName = constructorName;
  }

  get type(): string {
    return "struct";
  }

  override attribute(name: string): Value | undefined {
    const index = this.names.length <= 8 ? this.names.indexOf(name) : findSorted(this.names, name);
    return index < 0 ? undefined : this.values[index];
  }

  override attributeNames(): readonly string[] {
    return this.names;
  }

  /** `+` makes a struct with the fields of both; those of the right one win. */
  override binary(operator: string, other: Value, reversed: boolean): Value | undefined {
    if (operator !== "+" || reversed || !(other instanceof Struct)) return undefined;
    if (other.constructorName !== this.constructorName) {
      const [own, others] = [this, other].map(shownConstructor);
      throw new EvalError(`cannot add structs of different constructors: ${own} + ${others}`);
    }
    const fields = new Map<string, Value>();
    this.names.forEach((name, i) => fields.set(name, this.values[i]!));
    other.names.forEach((name, i) => fields.set(name, other.values[i]!));
    return makeStruct(fields, this.constructorName);
  }

  override visit(each: (value: Value) => void): void {
    for (const value of this.values) each(value);
  }

  override shareTexts(share: (text: string) => string): void {
    shareTextsIn(this.values, share);
  }

  override byteSize(): number {
    return 48 + 16 * this.values.length;
  }
}

/** As starlark-go shows it: the built-in one is a string. */
function shownConstructor({ constructorName }: Struct): string {
  return constructorName === "struct" ? '"struct"' : constructorName;
}

/** The index of a name among sorted ones, or -1. */
function findSorted(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (names[middle]! < name) low = middle + 1;
    else high = middle;
  }
  return names[low] === name ? low : -1;
}

/** A struct of these fields. */
export function makeStruct(fields: ReadonlyMap<string, Value>, constructorName = "struct"): Struct {
  const names = [...fields.keys()].toSorted(compareText);
  return new Struct(
    names,
    names.map((name) => fields.get(name)!),
    constructorName,
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A module such as `json`: a name and what it holds. Immutable. */
export class ModuleValue extends HeapValue {
  readonly name: string;
  readonly members: ReadonlyMap<string, Value>;

  constructor(name: string, members: ReadonlyMap<string, Value>) {
    super();
    this.name = name;
    this.members = members;
  }

  get type(): string {
    return "module";
  }

  override attribute(name: string): Value | undefined {
    return this.members.get(name);
  }

  override attributeNames(): readonly string[] {
    return [...this.members.keys()];
  }

  override describe(): string {
    return `<module "${this.name}">`;
  }

  override visit(each: (value: Value) => void): void {
    for (const value of this.members.values()) each(value);
  }
}
