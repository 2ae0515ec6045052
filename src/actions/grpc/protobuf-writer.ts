/** Writes the pieces of protobuf's encoding. */
import { ProtobufProblem } from "./protobuf-types.ts";

export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

export class ProtobufWriter {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  tag(number: number, wireType: number): void {
    this.varint((BigInt(number) << 3n) | BigInt(wireType));
  }

  varint(value: bigint): void {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, value);
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    this.raw(Uint8Array.from(bytes));
  }

  raw(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
  }

  /** Bytes with their length before them. */
  sized(bytes: Uint8Array): void {
    this.varint(BigInt(bytes.length));
    this.raw(bytes);
  }

  finish(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#chunks, this.#length));
  }

  /** The wire type of a scalar. */
  static wireTypeOf(type: string): number {
    switch (type) {
      case "double":
      case "fixed64":
      case "sfixed64":
        return wireTypes.fixed64;
      case "float":
      case "fixed32":
      case "sfixed32":
        return wireTypes.fixed32;
      case "string":
      case "bytes":
        return wireTypes.bytes;
      default:
        return wireTypes.varint;
    }
  }

  /** A scalar without its tag. `value` is of the type. */
  scalar(type: string, value: string | boolean | number | bigint | Uint8Array): void {
    switch (type) {
      case "string":
        return this.sized(Buffer.from(value as string));
      case "bytes":
        return this.sized(value as Uint8Array);
      case "bool":
        return this.varint(value === true ? 1n : 0n);
      case "double":
      case "float":
        return this.#float(value as number, type === "double" ? 8 : 4);
      case "sint32":
      case "sint64":
        return this.varint(((value as bigint) << 1n) ^ ((value as bigint) < 0n ? -1n : 0n));
      case "fixed32":
      case "sfixed32":
        return this.#fixed(value as bigint, 4);
      case "fixed64":
      case "sfixed64":
        return this.#fixed(value as bigint, 8);
      default:
        return this.varint(value as bigint);
    }
  }

  #float(value: number, size: 4 | 8): void {
    const bytes = Buffer.alloc(size);
    if (size === 8) bytes.writeDoubleLE(value);
    else bytes.writeFloatLE(value);
    this.raw(bytes);
  }

  #fixed(value: bigint, size: 4 | 8): void {
    const bytes = Buffer.alloc(size);
    if (size === 8) bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
    else bytes.writeUInt32LE(Number(BigInt.asUintN(32, value)));
    this.raw(bytes);
  }
}

/** Reads the pieces of protobuf's encoding. Throws ProtobufProblem for what is none. */
export class ProtobufReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  tag(): { number: number; wireType: number } {
    const tag = Number(this.varint() & 0xffff_ffffn);
    return { number: tag >>> 3, wireType: tag & 7 };
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#take(1)[0]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtobufProblem("a number is longer than ten bytes");
  }

  sized(): Buffer {
    const length = this.varint();
    if (length > BigInt(this.#bytes.length)) throw new ProtobufProblem("a value is longer than its message");
    return this.#take(Number(length));
  }

  /** A scalar behind its tag: bigint for integers. */
  scalar(type: string): string | boolean | number | bigint | Buffer {
    switch (type) {
      case "string":
        return this.sized().toString();
      case "bytes":
        return this.sized();
      case "bool":
        return this.varint() !== 0n;
      case "double":
        return this.#take(8).readDoubleLE();
      case "float":
        return shortest(this.#take(4).readFloatLE());
      case "fixed32":
        return BigInt(this.#take(4).readUInt32LE());
      case "sfixed32":
        return BigInt(this.#take(4).readInt32LE());
      case "fixed64":
        return this.#take(8).readBigUInt64LE();
      case "sfixed64":
        return this.#take(8).readBigInt64LE();
      default:
        return integer(type, this.varint());
    }
  }

  skip(wireType: number, depth = 0): void {
    if (depth > 100) throw new ProtobufProblem("groups are nested too deeply");
    switch (wireType) {
      case wireTypes.varint:
        this.varint();
        return;
      case wireTypes.fixed64:
        this.#take(8);
        return;
      case wireTypes.bytes:
        this.sized();
        return;
      case wireTypes.groupStart:
        for (let tag = this.tag(); tag.wireType !== wireTypes.groupEnd; tag = this.tag())
          this.skip(tag.wireType, depth + 1);
        return;
      case wireTypes.fixed32:
        this.#take(4);
        return;
      default:
        throw new ProtobufProblem(`there is no wire type ${wireType}`);
    }
  }

  #take(count: number): Buffer {
    const end = this.#at + count;
    if (end > this.#bytes.length) throw new ProtobufProblem("a message ends too early");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

function integer(type: string, raw: bigint): bigint {
  switch (type) {
    case "int32":
      return BigInt.asIntN(32, raw);
    case "uint32":
      return BigInt.asUintN(32, raw);
    case "int64":
      return BigInt.asIntN(64, raw);
    case "sint32":
    case "sint64":
      return (raw >> 1n) ^ -(raw & 1n);
    default:
      return raw;
  }
}

/** The shortest decimal that is this float: 0.1, not 0.10000000149011612. */
function shortest(value: number): number {
  for (let digits = 6; digits <= 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return value;
}
