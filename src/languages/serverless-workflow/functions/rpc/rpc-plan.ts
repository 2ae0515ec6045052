/** A method of a gRPC service, with the types that its messages are made of. */
import type { ServicePlan } from "../service.ts";

export interface RpcPlan extends ServicePlan {
  kind: "rpc";
  /** Full name: "shop.v1.Orders". */
  service: string;
  method: string;
  clientStreaming: boolean;
  serverStreaming: boolean;
  /** Full names. */
  request: string;
  response: string;
  /** By full name. Google's well-known types are not among them. */
  types: { [fullName: string]: RpcType };
}

export type RpcType = RpcMessage | RpcEnum;

export interface RpcMessage {
  kind: "message";
  fields: RpcField[];
}

export interface RpcField {
  name: string;
  /** As JSON has it. */
  json: string;
  number: number;
  /** A scalar's name, or the full name of a message or enum. */
  type: string;
  repeated?: true;
  /** Several numbers in one piece. */
  packed?: true;
  /** The key's type of a map. */
  key?: string;
  /** It is told whether it was set: a value that is the type's default is sent. */
  presence?: true;
  oneof?: string;
  /** proto2: the message stands between two tags. */
  group?: true;
}

export interface RpcEnum {
  kind: "enum";
  values: { [name: string]: number };
}
