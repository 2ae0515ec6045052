/** What the bodies of GitLab's webhooks hold, for editors, stubs and completion. */
import { shapeTexts } from "./payload-shapes.ts";

type Scalar = "string" | "int" | "float" | "bool" | "any";

/** The shape of a JSON value: a scalar ("?" when it may be null), a list, or an object with fields. */
export type PayloadShape =
  | Scalar
  | `${Scalar}?`
  | { readonly list: PayloadShape; readonly nullable?: boolean }
  | { readonly fields: Readonly<Record<string, PayloadShape>>; readonly nullable?: boolean };

/** The shape of the data of events about an object ("issue", "pipeline"); undefined where none is known. Bodies may hold more. */
export function payloadShape(object: string): PayloadShape | undefined {
  const text = shapeTexts[object];
  return text === undefined ? undefined : new ShapeReader(text.replaceAll("\n", "")).read();
}

/** `{a:string,b:[int],c:{d:bool}?}`: names and shapes, without spaces and line ends. */
class ShapeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): PayloadShape {
    const shape =
      this.#text[this.#at] === "{" ? this.#object() : this.#text[this.#at] === "[" ? this.#list() : this.#scalar();
    if (this.#text[this.#at] !== "?") return shape;
    this.#at++;
    return typeof shape === "string" ? (`${shape}?` as PayloadShape) : { ...shape, nullable: true };
  }

  #object(): Exclude<PayloadShape, string> {
    const fields: Record<string, PayloadShape> = {};
    while (this.#text[this.#at++] !== "}") {
      if (this.#text[this.#at] === "}") continue;
      const name = this.#word();
      this.#at++;
      fields[name] = this.read();
    }
    return { fields };
  }

  #list(): Exclude<PayloadShape, string> {
    this.#at++;
    const list = this.read();
    this.#at++;
    return { list };
  }

  #scalar(): Scalar {
    return this.#word() as Scalar;
  }

  #word(): string {
    const [word] = /^[^:,?{}[\]]+/.exec(this.#text.slice(this.#at, this.#at + 100))!;
    this.#at += word.length;
    return word;
  }
}
