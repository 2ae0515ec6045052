/** The tree of an expression. */
export type Node = { offset: number } & (
  | { kind: "literal"; value: null | boolean | number }
  | { kind: "float"; value: number }
  | { kind: "text"; parts: (string | Node)[] }
  | { kind: "symbol"; parts: (string | Node)[] }
  | { kind: "pattern"; parts: (string | Node)[]; flags: string }
  | { kind: "array"; items: Node[] }
  | { kind: "hash"; pairs: [Node, Node][] }
  | { kind: "range"; from: Node | undefined; to: Node | undefined; isOpen: boolean }
  | { kind: "variable"; name: string }
  | { kind: "assign"; name: string; value: Node; operator: string | undefined }
  | { kind: "constant"; name: string }
  | CallNode
  | { kind: "and" | "or"; left: Node; right: Node }
  | { kind: "not"; of: Node }
  | { kind: "if"; condition: Node; body: Node; otherwise: Node | undefined }
  | { kind: "case"; subject: Node | undefined; branches: { values: Node[]; body: Node }[]; otherwise: Node | undefined }
  | { kind: "next"; value: Node | undefined }
  | { kind: "sequence"; items: Node[] }
);

export interface CallNode {
  kind: "call";
  /** Absent for a name of the resource's own. */
  receiver: Node | undefined;
  name: string;
  args: Node[];
  block: Block | undefined;
  /** `&.`: nothing happens to nil. */
  isSafe: boolean;
}

/** A name, or several for the parts of a list. */
export type Parameter = string | string[];

/** `{ |a, b| … }`, or `&:name`. */
export type Block =
  | { kind: "block"; parameters: Parameter[]; body: Node; offset: number }
  | { kind: "method"; name: string; offset: number };
