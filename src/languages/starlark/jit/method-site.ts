/** Methods by name, found when a unit is written. */
import type { Builtin, BuiltinSpec } from "../library/builtin.ts";
import { dictMethods } from "../library/dict-methods.ts";
import { listMethods } from "../library/list-methods.ts";
import { stringMethods } from "../library/string-methods.ts";
import { unboundMethod } from "../vm/operators.ts";

/** The methods that a name means, by the type of the receiver. */
export class MethodSite {
  readonly name: string;
  readonly text: Builtin | undefined;
  readonly list: Builtin | undefined;
  readonly dict: Builtin | undefined;

  constructor(name: string) {
    const method = (table: ReadonlyMap<string, BuiltinSpec>): Builtin | undefined => {
      const spec = table.get(name);
      return spec === undefined ? undefined : unboundMethod(spec);
    };
    this.name = name;
    this.text = method(stringMethods);
    this.list = method(listMethods);
    this.dict = method(dictMethods);
  }

  get all(): Builtin[] {
    return [this.text, this.list, this.dict].filter((one) => one !== undefined);
  }
}
