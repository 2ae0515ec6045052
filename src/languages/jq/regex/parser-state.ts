/** What the parts of the parser share. */
import type { Node } from "./node.ts";
import { PatternError } from "./pattern-error.ts";
import type { Reader } from "./reader.ts";

/** Options in force at a place of a pattern. */
export interface Options {
  /** `i`: case does not matter. */
  readonly fold: boolean;
  /** `x`: spaces and comments mean nothing. */
  readonly extended: boolean;
  /** `(?s)`, jq's flag `p`: `.` matches the line feed too. */
  readonly dotAll: boolean;
  /** `(?m)`: `^` and `$` match at every line. */
  readonly multiline: boolean;
}

/** How deep groups and repetitions may lie in each other: what walks the tree is recursive. */
const maxDepth = 250;

export class ParserState {
  readonly reader: Reader;
  options: Options;
  groupCount = 0;
  callsWhole = false;
  readonly names = new Map<string, number[]>();
  /** Reads alternatives up to `)` or the end of the pattern, which it leaves unread. */
  readonly alternatives: (state: ParserState) => Node;
  #depth = 0;

  constructor(reader: Reader, options: Options, alternatives: (state: ParserState) => Node) {
    this.reader = reader;
    this.options = options;
    this.alternatives = alternatives;
  }

  /** The number of a new group. */
  addGroup(name?: string): number {
    const number = ++this.groupCount;
    if (name !== undefined) this.names.set(name, [...(this.names.get(name) ?? []), number]);
    return number;
  }

  /** Runs `parse` one level deeper. */
  deeper(parse: () => Node): Node {
    if (++this.#depth > maxDepth) throw new PatternError("parse depth limit over");
    const node = parse();
    this.#depth--;
    return node;
  }

  /** Reads the inside of a group and its `)`; options set inside end with it. */
  groupBody(options: Options = this.options): Node {
    const outer = this.options;
    this.options = options;
    const body = this.deeper(() => this.alternatives(this));
    this.options = outer;
    if (!this.reader.takes(")")) throw new PatternError("end pattern with unmatched parenthesis");
    return body;
  }
}

/** How deep repetitions may be applied to repetitions. */
export const maxRepeatDepth = maxDepth;
