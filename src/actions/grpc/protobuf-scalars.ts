/** JSON values as the scalars of protobuf. */
import type { WireValue } from "../../core/wire.ts";
import { shown } from "../input-texts.ts";
import { ProtobufProblem } from "./protobuf-types.ts";

/** Where in a message something is. */
export interface Place {
  path: string;
  depth: number;
}

/** A JSON value as the scalar that it stands for. Throws ProtobufProblem. */
export function scalarOf(
  type: string,
  value: WireValue,
  { path }: Place,
): string | boolean | number | bigint | Uint8Array {
  const wrong = (wanted: string): ProtobufProblem =>
    new ProtobufProblem(`${path} must be ${wanted}, got ${shown(value)}`);
  switch (type) {
    case "string":
      if (typeof value === "string") return value;
      throw wrong("text");
    case "bytes":
      if (value instanceof Uint8Array) return value;
      if (typeof value === "string" && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value))
        return new Uint8Array(Buffer.from(value, "base64"));
      throw wrong("base64");
    case "bool":
      if (typeof value === "boolean") return value;
      throw wrong("true or false");
    case "double":
    case "float": {
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      if (typeof number === "number" && (!Number.isNaN(number) || value === "NaN" || typeof value === "number"))
        return number;
      if (typeof value === "bigint") return Number(value);
      throw wrong("a number");
    }
    default: {
      const number = integerOf(value);
      const [least, most] = ranges[type] ?? [0n, 0n];
      if (number !== undefined && number >= least && number <= most) return number;
      throw wrong(`an integer of type ${type}`);
    }
  }
}

function integerOf(value: WireValue): bigint | undefined {
  if (typeof value === "bigint") return value;
  const number = typeof value === "string" && /^-?\d+(?:\.0+)?$/.test(value) ? value.split(".")[0]! : value;
  if (typeof number === "string") return /^-?\d+$/.test(number) ? BigInt(number) : undefined;
  return typeof number === "number" && Number.isInteger(number) ? BigInt(number) : undefined;
}

const signed32: [bigint, bigint] = [-(2n ** 31n), 2n ** 31n - 1n];
const signed64: [bigint, bigint] = [-(2n ** 63n), 2n ** 63n - 1n];
const unsigned32: [bigint, bigint] = [0n, 2n ** 32n - 1n];
const unsigned64: [bigint, bigint] = [0n, 2n ** 64n - 1n];
const ranges: Record<string, [bigint, bigint]> = {
  int32: signed32,
  sint32: signed32,
  sfixed32: signed32,
  uint32: unsigned32,
  fixed32: unsigned32,
  int64: signed64,
  sint64: signed64,
  sfixed64: signed64,
  uint64: unsigned64,
  fixed64: unsigned64,
};
