/** A tree to the program of the machine. */
import { type Analysis, minLength } from "./analyse.ts";
import { equivalents, sequenceAt, sequenceOf } from "./case-fold.ts";
import { CharSet } from "./char-set.ts";
import { firstCodes, isAnchored, isMemoryless, isSingle, requiredCode } from "./facts.ts";
import { behindLength, shortened } from "./look-behind.ts";
import type { AnchorKind, LookNode, Node, ReferenceNode, RepeatNode } from "./node.ts";
import * as op from "./opcodes.ts";

/** A compiled pattern. */
export interface Program {
  readonly code: Int32Array;
  readonly sets: readonly CharSet[];
  readonly groupCount: number;
  /** Registers of one frame of calls; the first holds where the call returns to. */
  readonly frameSize: number;
  /** What a match can begin with; `undefined` when it can be anything or empty. */
  readonly first: CharSet | undefined;
  /** A code point that every match holds, -1 when none is known. */
  readonly required: number;
  /** Does it match at the beginning of the text only? */
  readonly isAnchored: boolean;
  /** Does success at a place of program and text depend on nothing else? */
  readonly isMemoryless: boolean;
  readonly usesLevels: boolean;
}

const anchorCodes: Record<AnchorKind, number> = {
  textStart: op.opTextStart,
  textEnd: op.opTextEnd,
  textEndOrNewline: op.opTextEndOrNewline,
  lineStart: op.opLineStart,
  lineEnd: op.opLineEnd,
  searchStart: op.opSearchStart,
  wordBoundary: op.opWordBoundary,
  notWordBoundary: op.opNotWordBoundary,
  graphemeBoundary: op.opGraphemeBoundary,
  notGraphemeBoundary: op.opNotGraphemeBoundary,
};

/** Compiles an analysed pattern. */
export function compile(analysis: Analysis): Program {
  const compiler = new Compiler(analysis);
  const { root, groupCount } = analysis.pattern;
  compiler.node(root);
  compiler.emit(op.opMatch);
  return {
    ...compiler.finish(),
    groupCount,
    first: firstCodes(analysis),
    required: requiredCode(root) ?? -1,
    isAnchored: isAnchored(root),
    isMemoryless: isMemoryless(analysis),
    usesLevels: analysis.usesLevels,
  };
}

class Compiler {
  readonly #analysis: Analysis;
  readonly #code: number[] = [];
  readonly #sets: CharSet[] = [];
  readonly #setIndexes = new Map<CharSet, number>();
  readonly #bodies = new Map<number, number>();
  readonly #callSites: { at: number; group: number }[] = [];
  #registers = 1;

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
  }

  finish(): { code: Int32Array; sets: readonly CharSet[]; frameSize: number } {
    for (const { at, group } of this.#callSites) this.#code[at] = this.#bodies.get(group)!;
    return { code: Int32Array.from(this.#code), sets: this.#sets, frameSize: this.#registers };
  }

  emit(...words: number[]): void {
    this.#code.push(...words);
  }

  get #here(): number {
    return this.#code.length;
  }

  /** Emits an instruction whose last operand is patched later; gives that operand's place. */
  #emitOpen(...words: number[]): number {
    this.emit(...words, -1);
    return this.#here - 1;
  }

  #patch(place: number): void {
    this.#code[place] = this.#here;
  }

  #register(count = 1): number {
    const first = this.#registers;
    this.#registers += count;
    return first;
  }

  node(node: Node): void {
    switch (node.type) {
      case "empty":
        return;
      case "fail":
        return this.emit(op.opFail);
      case "keep":
        return this.emit(op.opKeep);
      case "grapheme":
        return this.emit(op.opGrapheme);
      case "absentEnd":
        return this.emit(op.opAbsentEnd);
      case "set":
        return this.#set(node.set);
      case "text":
        return node.fold ? this.#foldedText(node.codes) : this.#text(node.codes);
      case "anchor":
        return this.emit(anchorCodes[node.kind]);
      case "options":
        return this.node(node.body);
      case "list":
        for (const item of node.items) this.node(item);
        return;
      case "alternatives":
        return this.#alternatives(node.items.map((item) => () => this.node(item)));
      default:
        return this.#structure(node);
    }
  }

  #structure(
    node: Exclude<
      Node,
      {
        type:
          | "empty"
          | "fail"
          | "keep"
          | "grapheme"
          | "absentEnd"
          | "set"
          | "text"
          | "anchor"
          | "options"
          | "list"
          | "alternatives";
      }
    >,
  ): void {
    switch (node.type) {
      case "group":
        return this.#group(node.number, node.body);
      case "atomic":
        return this.#atomic(() => this.node(node.body));
      case "repeat":
        return this.#repeat(node);
      case "look":
        return node.negative ? this.#negativeLook(node) : this.#positiveLook(node);
      case "backref":
      case "check":
        return this.#reference(node);
      case "call":
        this.#callSites.push({ at: this.#here + 1, group: node.group });
        return this.emit(op.opCall, -1);
      case "condition":
        return this.#condition(node.test, node.met, node.unmet);
      default:
        return this.#absent(node.absent, node.body);
    }
  }

  #set(set: CharSet): void {
    if (set.isEmpty) this.emit(op.opFail);
    else this.emit(op.opSet, this.#setIndex(set));
  }

  #setIndex(set: CharSet): number {
    let index = this.#setIndexes.get(set);
    if (index === undefined) {
      index = this.#sets.push(set) - 1;
      this.#setIndexes.set(set, index);
    }
    return index;
  }

  #text(codes: readonly number[]): void {
    if (codes.length === 1) this.emit(op.opChar, codes[0]!);
    else if (codes.length > 0) {
      this.emit(op.opText, codes.length);
      for (const code of codes) this.emit(code);
    }
  }

  /** Text whose case does not matter: "ss" matches ß too, and ß matches "ss". */
  #foldedText(codes: readonly number[]): void {
    for (let i = 0; i < codes.length;) {
      const sequence = sequenceAt(codes, i);
      const long = sequenceOf(codes[i]!);
      if (sequence !== undefined) {
        const single = codes.slice(i, i + sequence.length);
        this.#alternatives([() => this.#each(single), () => this.#set(CharSet.ofCodes(sequence.codes))]);
        i += sequence.length;
      } else if (long === undefined) this.#each([codes[i++]!]);
      else {
        const code = codes[i++]!;
        const same = sequenceAt(long, 0)?.codes ?? [];
        this.#alternatives([
          () => this.#set(CharSet.ofCodes([code, ...equivalents(code), ...same])),
          () => this.#each(long),
        ]);
      }
    }
  }

  /** Each of these characters, or one that is as it. */
  #each(codes: readonly number[]): void {
    for (const code of codes) {
      const same = equivalents(code);
      if (same.length === 1) this.emit(op.opChar, code);
      else this.#set(CharSet.ofCodes(same));
    }
  }

  #alternatives(branches: readonly (() => void)[]): void {
    const ends: number[] = [];
    for (const [i, branch] of branches.entries()) {
      const next = i < branches.length - 1 ? this.#emitOpen(op.opSplit) : undefined;
      branch();
      if (next === undefined) break;
      ends.push(this.#emitOpen(op.opJump));
      this.#patch(next);
    }
    for (const end of ends) this.#patch(end);
  }

  /** A group that is called is a routine, which its own place calls as well. */
  #group(number: number, body: Node): void {
    if (!this.#analysis.called.has(number)) return this.#groupBody(number, body);
    this.emit(op.opCall, this.#here + 4);
    const over = this.#emitOpen(op.opJump);
    this.#bodies.set(number, this.#here);
    this.#groupBody(number, body);
    this.emit(op.opReturn);
    this.#patch(over);
  }

  #groupBody(number: number, body: Node): void {
    if (number === 0) return this.node(body);
    const register = this.#register();
    this.emit(op.opGroupOpen, number, register);
    this.node(body);
    this.emit(op.opGroupClose, number, register);
  }

  #atomic(body: () => void): void {
    const register = this.#register();
    this.emit(op.opAtomicOpen, register);
    body();
    this.emit(op.opAtomicClose, register);
  }

  #lookBody(node: LookNode): void {
    if (!node.behind) return this.node(node.body);
    const length = behindLength(this.#analysis, node);
    if (length === "always") return;
    this.emit(op.opBack, length);
    this.node(withoutSequences(shortened(node.body)));
  }

  #positiveLook(node: LookNode): void {
    const register = this.#register(2);
    this.emit(op.opLookOpen, register);
    this.#lookBody(node);
    this.emit(op.opLookClose, register);
  }

  #negativeLook(node: LookNode): void {
    const register = this.#register();
    const after = this.#emitOpen(op.opNotOpen, register);
    this.#lookBody(node);
    this.emit(op.opNotClose, register);
    this.#patch(after);
  }

  #reference(node: ReferenceNode): void {
    const level = [node.level === undefined ? 0 : 1, node.level ?? 0, node.groups.length];
    if (node.type === "check") this.emit(op.opCheck, ...level);
    else this.emit(op.opBackref, node.fold ? 1 : 0, ...level);
    for (const group of node.groups.toReversed()) this.emit(group);
  }

  #condition(test: Node, then: Node, other: Node): void {
    const register = this.#register();
    this.emit(op.opAtomicOpen, register);
    const toElse = this.#emitOpen(op.opSplit);
    this.node(test);
    this.emit(op.opAtomicClose, register);
    this.node(then);
    const toEnd = this.#emitOpen(op.opJump);
    this.#patch(toElse);
    this.node(other);
    this.#patch(toEnd);
  }

  #absent(absent: Node, body: Node | undefined): void {
    const register = this.#register(4);
    this.emit(op.opAbsentOpen, register);
    const toBody = this.#emitOpen(op.opAbsentTry, register);
    this.node(absent);
    this.emit(op.opAbsentFound, register);
    this.#patch(toBody);
    this.emit(op.opAbsentBody, register);
    if (body === undefined) return;
    this.node(body);
    this.emit(op.opAbsentClose, register);
  }

  #repeat(node: RepeatNode): void {
    const { body, min, max, greedy } = node;
    if (max === 0) return this.#unusedBody(body);
    if (min === 1 && max === 1) return this.node(body);
    if (isSingle(body)) return this.#singleRepeat(node);
    if (min === 0 && max === 1) {
      const end = this.#emitOpen(greedy ? op.opSplit : op.opSplitLazy);
      this.node(body);
      return this.#patch(end);
    }
    if (min <= 1 && max === Infinity) return this.#unboundedRepeat(node);
    return this.#countedRepeat(node);
  }

  /** A group repeated zero times can still be called. */
  #unusedBody(body: Node): void {
    const over = this.#emitOpen(op.opJump);
    this.node(body);
    this.#patch(over);
  }

  #singleRepeat({ body, min, max, greedy }: RepeatNode): void {
    const set = body.type === "set" ? body.set : CharSet.ofCodes(singleCodes(body));
    const most = max === Infinity ? -1 : max;
    if (greedy) this.emit(op.opLoop, this.#setIndex(set), min, most);
    else this.emit(op.opLoopLazy, this.#setIndex(set), min, most);
  }

  #unboundedRepeat(node: RepeatNode): void {
    const { min, greedy } = node;
    const toTest = min === 0 ? this.#emitOpen(op.opJump) : undefined;
    const start = this.#here;
    const emptyExit = this.#checkedBody(node);
    if (toTest !== undefined) this.#patch(toTest);
    this.emit(greedy ? op.opSplitLazy : op.opSplit, start);
    if (emptyExit !== undefined) this.#patch(emptyExit);
  }

  #countedRepeat(node: RepeatNode): void {
    const { min, max, greedy } = node;
    const register = this.#register();
    this.emit(op.opCountInit, register);
    const skip = min === 0 ? this.#emitOpen(greedy ? op.opSplit : op.opSplitLazy) : undefined;
    const start = this.#here;
    const emptyExit = this.#checkedBody(node);
    this.emit(op.opCountNext, register, min, max === Infinity ? -1 : max, start, greedy ? 1 : 0);
    if (emptyExit !== undefined)
      this.#endEmpty(emptyExit, () => this.emit(op.opCountNext, register, min, min, start, 1));
    if (skip !== undefined) this.#patch(skip);
  }

  /** After an iteration that matched nothing, only those are made that must be; where there is a limit, not even those. */
  #endEmpty(emptyExit: number, again: () => void): void {
    const over = this.#emitOpen(op.opJump);
    this.#patch(emptyExit);
    again();
    this.#patch(over);
  }

  /** The body of a repetition, which ends when an iteration matches nothing. Gives the place of the target for that. */
  #checkedBody(node: RepeatNode): number | undefined {
    const { body } = node;
    if (minLength(this.#analysis, body) > 0) {
      this.node(body);
      return undefined;
    }
    const groups = this.#analysis.watched.get(node) ?? [];
    const register = this.#register(1 + 2 * groups.length);
    if (groups.length === 0) this.emit(op.opEmptyOpen, register);
    else this.emit(op.opEmptyOpenGroups, register, groups.length, ...groups);
    this.node(body);
    if (groups.length === 0) return this.#emitOpen(op.opEmptyClose, register);
    const place = this.#emitOpen(op.opEmptyCloseGroups, register);
    this.emit(groups.length, ...groups);
    return place;
  }
}

function singleCodes(node: Node): readonly number[] {
  if (node.type !== "text") return [];
  return node.fold ? equivalents(node.codes[0]!) : node.codes;
}

/** Within a look-behind, case matters not, but "ss" is not ß: lengths are fixed. */
function withoutSequences(node: Node): Node {
  switch (node.type) {
    case "text": {
      if (!node.fold) return node;
      return {
        type: "list",
        items: node.codes.map((code) => ({ type: "set", set: CharSet.ofCodes(equivalents(code)) })),
      };
    }
    case "list":
    case "alternatives":
      return { ...node, items: node.items.map(withoutSequences) };
    case "group":
    case "atomic":
    case "options":
    case "repeat":
      return { ...node, body: withoutSequences(node.body) };
    default:
      return node;
  }
}
