/** A pattern as a tree. */
import type { CharSet } from "./char-set.ts";

export type AnchorKind =
  | "textStart"
  | "textEnd"
  | "textEndOrNewline"
  | "lineStart"
  | "lineEnd"
  | "searchStart"
  | "wordBoundary"
  | "notWordBoundary"
  | "graphemeBoundary"
  | "notGraphemeBoundary";

/** A capturing group. `0` is the whole pattern, when it calls itself. */
export interface GroupNode {
  type: "group";
  number: number;
  body: Node;
}

export interface RepeatNode {
  type: "repeat";
  body: Node;
  min: number;
  /** `Infinity` for no limit. */
  max: number;
  greedy: boolean;
}

export interface LookNode {
  type: "look";
  behind: boolean;
  negative: boolean;
  body: Node;
}

/** A reference to what one of several groups matched. */
export interface ReferenceNode {
  /** "backref" matches the same text again; "check" only asks whether there is one. */
  type: "backref" | "check";
  groups: readonly number[];
  /** The depth of calls that the group is looked for at, relative to here; `undefined` for the last one at any. */
  level: number | undefined;
  fold: boolean;
}

export interface CallNode {
  type: "call";
  group: number;
  /** As it is written, for messages. */
  name: string;
  byName: boolean;
}

export type Node =
  | { type: "empty" }
  | { type: "fail" }
  | { type: "keep" }
  /** `fold`: case does not matter. */
  | { type: "text"; codes: readonly number[]; fold: boolean }
  | { type: "set"; set: CharSet }
  | { type: "grapheme" }
  | { type: "anchor"; kind: AnchorKind }
  | GroupNode
  /** Tried once, without going back into it. */
  | { type: "atomic"; body: Node }
  /** A group of its own options: texts do not grow together over its border. */
  | { type: "options"; body: Node }
  | { type: "list"; items: readonly Node[] }
  | { type: "alternatives"; items: readonly Node[] }
  | RepeatNode
  | LookNode
  | ReferenceNode
  | CallNode
  | { type: "condition"; test: Node; met: Node; unmet: Node }
  /** `body`, in a text that ends where `absent` would match; without a body, the rest of the pattern. */
  | { type: "absent"; absent: Node; body: Node | undefined }
  /** Ends what an `absent` without body began. */
  | { type: "absentEnd" };

/** What parsing a pattern gives. */
export interface Pattern {
  root: Node;
  /** How many groups there are; they are numbered from 1. */
  groupCount: number;
  /** The groups of each name, in order. */
  names: ReadonlyMap<string, readonly number[]>;
  /** Does the pattern call itself as a whole? */
  callsWhole: boolean;
}

export const empty: Node = { type: "empty" };

/** The nodes directly within a node. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.type) {
    case "group":
    case "atomic":
    case "options":
    case "repeat":
    case "look":
      return [node.body];
    case "list":
    case "alternatives":
      return node.items;
    case "condition":
      return [node.test, node.met, node.unmet];
    case "absent":
      return node.body === undefined ? [node.absent] : [node.absent, node.body];
    default:
      return [];
  }
}
