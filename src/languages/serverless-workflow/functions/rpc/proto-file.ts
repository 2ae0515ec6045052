/** What a .proto file declares, as far as calls need it. Names are as they are written; `scope` is where they stand. */

export interface ProtoFile {
  package: string;
  syntax: "proto2" | "proto3" | "editions";
  imports: { path: string; isPublic: boolean }[];
  messages: ProtoMessage[];
  enums: ProtoEnum[];
  services: ProtoService[];
}

export interface ProtoMessage {
  /** Without the leading dot: "shop.v1.Order.Line". */
  fullName: string;
  fields: ProtoField[];
}

export interface ProtoField {
  name: string;
  number: number;
  /** A scalar's name, or that of a message or an enum as it is written. */
  type: string;
  label: "repeated" | "optional" | "required" | "none";
  /** The key's type of a map; `type` is that of the values. */
  mapKey?: string;
  /** Name of the group of fields of which only one is set. */
  oneof?: string;
  jsonName?: string;
  packed?: boolean;
}

export interface ProtoEnum {
  fullName: string;
  values: { name: string; number: number }[];
}

export interface ProtoService {
  fullName: string;
  methods: ProtoMethod[];
}

export interface ProtoMethod {
  name: string;
  request: string;
  response: string;
  clientStreaming: boolean;
  serverStreaming: boolean;
}

/** The text is not a .proto file. `offset` is where. */
export class ProtoProblem extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
