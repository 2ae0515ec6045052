/** What string.elems(), codepoints() and their like answer: a text seen as a sequence of parts. */
import { decodeRune, encodeRune, runeError } from "./text.ts";
import { HeapValue, type Value } from "./value.ts";

export type TextViewKind = "elems" | "elem_ords" | "codepoints" | "codepoint_ords" | "bytes";

/** `data` is a byte string; "bytes" is bytes.elems(). */
export class TextView extends HeapValue {
  readonly data: string;
  readonly kind: TextViewKind;

  constructor(data: string, kind: TextViewKind) {
    super();
    this.data = data;
    this.kind = kind;
  }

  get type(): string {
    if (this.kind === "bytes") return "bytes.elems";
    return this.kind.startsWith("elem") ? "string.elems" : "string.codepoints";
  }

  /** Only the elements of a string can be counted and indexed. */
  override len(): number {
    return this.kind === "elems" || this.kind === "elem_ords" ? this.data.length : -1;
  }

  /** Bytes of the element that begins at a byte offset. */
  widthAt(offset: number): number {
    return this.kind === "codepoints" || this.kind === "codepoint_ords" ? decodeRune(this.data, offset).width : 1;
  }

  /** The element that begins at a byte offset. */
  elementAt(offset: number): Value {
    switch (this.kind) {
      case "elems":
        return this.data.charAt(offset);
      case "elem_ords":
      case "bytes":
        return this.data.charCodeAt(offset);
      default:
    }
    const { rune, width } = decodeRune(this.data, offset);
    if (this.kind === "codepoint_ords") return rune;
    return rune === runeError ? encodeRune(runeError) : this.data.slice(offset, offset + width);
  }

  override sameAs(other: HeapValue): boolean {
    return other instanceof TextView && other.kind === this.kind && other.data === this.data;
  }

  override byteSize(): number {
    return 48 + this.data.length;
  }
}
