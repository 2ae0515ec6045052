/**
 * The machine that runs a program over a text: backtracking on a stack of its own, counted step by step, never on JavaScript's stack.
 *
 * The stack holds records of four words. Choices say where to go on when all else fails; the others undo, on the way back to a choice,
 * what was changed since. Where success depends on nothing but the place in program and text, places that failed are remembered once
 * a search has become long, so that it ends in time proportional to their number.
 */
import { equivalents } from "./case-fold.ts";
import type { CharSet } from "./char-set.ts";
import type { Program } from "./compile.ts";
import { isGraphemeBoundary } from "./grapheme.ts";
import * as op from "./opcodes.ts";
import { utf8Length } from "./pattern-error.ts";
import { knownSet } from "./properties.ts";

/** Where the machine counts what it does. Both may throw to stop it. */
export interface Meter {
  charge(steps: number): void;
  allocate(bytes: number): void;
}

/** What a search gave. */
export type Outcome = "match" | "mismatch" | "stack limit";

export interface SearchOptions {
  /** Only matches that are not empty. */
  readonly notEmpty: boolean;
  /** The longest match of all, the first of those. */
  readonly longest: boolean;
}

/** Kinds of records, in the low bits of their first word. */
const choice = 0;
const setRegister = 1;
const setCapture = 2;
const setBase = 3;
const setKeep = 4;
const setLimit = 5;
const loop = 6;
const lazyLoop = 7;
const captured = 8;
const kindBits = 4;
const kindMask = 15;

const recordSize = 4;
const maxStackWords = 1 << 22;
const maxRegisterWords = 1 << 20;
const maxKeptWords = 1 << 14;
const noText = new Int32Array(0);

/** Instructions between two charges, and how many of them are a step of the meter. */
const sliceLength = 1024;
const perStep = 8;
/** After so many slices, places that failed are remembered, when there are at most so many. */
const patientSlices = 16;
const maxRemembered = 1 << 26;

const newline = 10;

/** Bytes of a part of the text in UTF-8: the longest match is the one of the most bytes. */
function byteLength(text: Int32Array, from: number, to: number): number {
  let length = 0;
  for (let i = from; i < to; i++) length += utf8Length(text[i]!);
  return length;
}

export class Machine {
  readonly #program: Program;
  /** Start and end of each group, -1 where it did not take part; the whole match is group 0. Valid after a match. */
  readonly captures: Int32Array;
  #stack = new Int32Array(64 * recordSize);
  #top = 0;
  #registers: Int32Array<ArrayBuffer>;
  /** Where the registers of the current call begin. */
  #base = 0;
  #limit = 0;
  #keep = -1;
  #text: Int32Array = noText;
  #meter: Meter = { charge() {}, allocate() {} };
  #searchStart = 0;
  #left = 0;
  #slices = 0;
  #failed: Uint8Array | undefined;
  #word: CharSet | undefined;

  constructor(program: Program) {
    this.#program = program;
    this.captures = new Int32Array(2 * (program.groupCount + 1));
    this.#registers = new Int32Array(program.frameSize);
  }

  /** Looks for a match from `from` on. */
  search(text: Int32Array, from: number, options: SearchOptions, meter: Meter): Outcome {
    this.#text = text;
    this.#meter = meter;
    this.#searchStart = from;
    this.#left = sliceLength;
    this.#slices = 0;
    this.#failed = undefined;
    meter.charge(1);
    try {
      const outcome = options.longest ? this.#searchLongest(options) : this.#searchFirst(options);
      meter.charge(Math.trunc((sliceLength - this.#left) / perStep));
      return outcome;
    } finally {
      this.#release();
    }
  }

  /** Keeps nothing large until the next search. */
  #release(): void {
    this.#failed = undefined;
    this.#text = noText;
    if (this.#stack.length > maxKeptWords) this.#stack = new Int32Array(64 * recordSize);
    if (this.#registers.length > maxKeptWords) this.#registers = new Int32Array(this.#program.frameSize);
  }

  #searchFirst(options: SearchOptions): Outcome {
    const { first, isAnchored, required } = this.#program;
    if (required >= 0 && !this.#isThere(required)) return "mismatch";
    const last = isAnchored ? 0 : this.#text.length;
    for (let start = this.#searchStart; start <= last; start++) {
      if (first !== undefined) {
        start = this.#nextStart(start);
        if (start < 0) return "mismatch";
      }
      const outcome = this.#matchAt(start, options.notEmpty);
      if (outcome !== "mismatch") return outcome;
    }
    return "mismatch";
  }

  #searchLongest(options: SearchOptions): Outcome {
    const best = new Int32Array(this.captures.length);
    let bestLength = -1;
    for (let start = this.#searchStart; start <= this.#text.length; start++) {
      let outcome = this.#matchAt(start, options.notEmpty);
      while (outcome === "match") {
        const length = byteLength(this.#text, start, this.#matchEnd);
        if (length > bestLength) {
          bestLength = length;
          best.set(this.captures);
        }
        outcome = this.#resume(start, options.notEmpty);
      }
      if (outcome === "stack limit") return outcome;
    }
    this.captures.set(best);
    return bestLength < 0 ? "mismatch" : "match";
  }

  /** Is this code point anywhere where a match may look for it? */
  #isThere(code: number): boolean {
    const at = this.#text.indexOf(code, this.#searchStart);
    this.#meter.charge((at < 0 ? this.#text.length : at) >> 6);
    return at >= 0;
  }

  /** The next place a match can begin at, -1 when there is none. */
  #nextStart(from: number): number {
    const { first } = this.#program;
    const text = this.#text;
    let start = from;
    while (start < text.length && !first!.has(text[start]!)) {
      start++;
      if (--this.#left <= 0) this.#pay();
    }
    return start < text.length ? start : -1;
  }

  /** A slice is used up. */
  #pay(): void {
    this.#left = sliceLength;
    this.#slices++;
    this.#meter.charge(sliceLength / perStep);
    if (this.#slices === patientSlices && this.#program.isMemoryless) this.#beginRemembering();
  }

  #beginRemembering(): void {
    const places = this.#program.code.length * (this.#text.length + 1);
    if (places > maxRemembered) return;
    this.#meter.allocate(places >> 3);
    this.#failed = new Uint8Array((places >> 3) + 1);
  }

  /** Has this place failed before? From now on it has. */
  #hasFailed(target: number, position: number): boolean {
    const place = target * (this.#text.length + 1) + position;
    const bit = 1 << (place & 7);
    const failed = this.#failed!;
    if (failed[place >> 3]! & bit) return true;
    failed[place >> 3]! |= bit;
    return false;
  }

  #matchEnd = 0;

  #matchAt(start: number, notEmpty: boolean): Outcome {
    this.#top = 0;
    this.#base = 0;
    this.#keep = -1;
    this.#limit = this.#text.length;
    this.captures.fill(-1);
    return this.#finish(start, this.#run(0, start), notEmpty);
  }

  /** Goes back into the last match for another one from the same start. */
  #resume(start: number, notEmpty: boolean): Outcome {
    return this.#finish(start, this.#runFromChoice(), notEmpty);
  }

  #finish(start: number, end: number, notEmpty: boolean): Outcome {
    let found = end;
    if (notEmpty) while (found === start) found = this.#runFromChoice();
    if (found < 0) return found === -1 ? "mismatch" : "stack limit";
    this.#matchEnd = found;
    this.captures[0] = this.#keep < 0 ? start : this.#keep;
    this.captures[1] = found;
    return "match";
  }

  #runFromChoice(): number {
    const position = this.#backtrack();
    return position < 0 ? position : this.#run(this.#resumeAt, position);
  }

  /** Runs from a place of program and text: the end of the match, -1 when there is none, -2 when the stack would grow too large. */
  #run(startAt: number, startPosition: number): number {
    const { code, sets, frameSize } = this.#program;
    const text = this.#text;
    let at = startAt;
    let position = startPosition;
    for (;;) {
      if (--this.#left <= 0) this.#pay();
      let isGood = true;
      switch (code[at]) {
        case op.opMatch:
          return position;
        case op.opFail:
          isGood = false;
          break;
        case op.opChar:
          isGood = position < this.#limit && text[position] === code[at + 1];
          position++;
          at += 2;
          break;
        case op.opSet:
          isGood = position < this.#limit && sets[code[at + 1]!]!.has(text[position]!);
          position++;
          at += 2;
          break;
        case op.opText: {
          const length = code[at + 1]!;
          isGood = position + length <= this.#limit;
          for (let i = 0; isGood && i < length; i++) isGood = text[position + i] === code[at + 2 + i];
          position += length;
          at += 2 + length;
          break;
        }
        case op.opJump:
          at = code[at + 1]!;
          break;
        case op.opSplit:
          if (!this.#push(choice, code[at + 1]!, position, 0)) return -2;
          at += 2;
          break;
        case op.opSplitLazy:
          if (!this.#push(choice, at + 2, position, 0)) return -2;
          at = code[at + 1]!;
          break;
        case op.opGroupOpen: {
          const group = code[at + 1]!;
          if (!this.#setRegister(code[at + 2]!, position)) return -2;
          if (!this.#setCapture(2 * group, position) || !this.#setCapture(2 * group + 1, -1)) return -2;
          at += 3;
          break;
        }
        case op.opGroupClose: {
          const group = code[at + 1]!;
          const start = this.#registers[this.#base + code[at + 2]!]!;
          if (!this.#setCapture(2 * group, start) || !this.#setCapture(2 * group + 1, position)) return -2;
          if (this.#program.usesLevels) {
            const level = this.#base / frameSize;
            if (!this.#push(captured | (level << kindBits), group, start, position)) return -2;
          }
          at += 3;
          break;
        }
        case op.opAtomicOpen:
          if (!this.#setRegister(code[at + 1]!, this.#top + recordSize)) return -2;
          at += 2;
          break;
        case op.opAtomicClose:
          this.#cut(this.#registers[this.#base + code[at + 1]!]!);
          at += 2;
          break;
        case op.opLookOpen:
          if (!this.#setRegister(code[at + 1]! + 1, position)) return -2;
          if (!this.#setRegister(code[at + 1]!, this.#top + recordSize)) return -2;
          at += 2;
          break;
        case op.opLookClose:
          this.#cut(this.#registers[this.#base + code[at + 1]!]!);
          position = this.#registers[this.#base + code[at + 1]! + 1]!;
          at += 2;
          break;
        case op.opNotOpen:
          if (!this.#setRegister(code[at + 1]!, this.#top + recordSize)) return -2;
          if (!this.#push(choice, code[at + 2]!, position, 0)) return -2;
          at += 3;
          break;
        case op.opNotClose:
          this.#unwind(this.#registers[this.#base + code[at + 1]!]!);
          isGood = false;
          break;
        case op.opBack:
          position -= code[at + 1]!;
          isGood = position >= 0;
          at += 2;
          break;
        case op.opCountInit:
          if (!this.#setRegister(code[at + 1]!, 0)) return -2;
          at += 2;
          break;
        case op.opCountNext: {
          const count = this.#registers[this.#base + code[at + 1]!]! + 1;
          const max = code[at + 3]!;
          const body = code[at + 4]!;
          const isGreedy = code[at + 5] === 1;
          if (!this.#setRegister(code[at + 1]!, count)) return -2;
          const mayEnd = count >= code[at + 2]!;
          const mayGoOn = max < 0 || count < max;
          if (mayEnd && mayGoOn && !this.#push(choice, isGreedy ? at + 6 : body, position, 0)) return -2;
          at = mayGoOn && (isGreedy || !mayEnd) ? body : at + 6;
          break;
        }
        case op.opEmptyOpen:
          if (!this.#setRegister(code[at + 1]!, position)) return -2;
          at += 2;
          break;
        case op.opEmptyClose:
          at = this.#registers[this.#base + code[at + 1]!] === position ? code[at + 2]! : at + 3;
          break;
        case op.opEmptyOpenGroups:
          if (!this.#rememberGroups(at, position)) return -2;
          at += 3 + code[at + 2]!;
          break;
        case op.opEmptyCloseGroups:
          at = this.#afterIteration(at, position);
          isGood = at >= 0;
          break;
        case op.opLoop:
        case op.opLoopLazy: {
          position = this.#loop(at, position);
          if (position === -2) return -2;
          isGood = position >= 0;
          at += 4;
          break;
        }
        case op.opBackref:
          position = this.#backref(at, position);
          isGood = position >= 0;
          at += 5 + code[at + 4]!;
          break;
        case op.opCheck:
          isGood = this.#referred(at + 1, () => true) !== undefined;
          at += 4 + code[at + 3]!;
          break;
        case op.opCall:
          if (!this.#call(at + 2)) return -2;
          at = code[at + 1]!;
          break;
        case op.opReturn:
          at = this.#registers[this.#base]!;
          if (!this.#push(setBase, this.#base, 0, 0)) return -2;
          this.#base -= frameSize;
          break;
        case op.opKeep:
          if (!this.#push(setKeep, this.#keep, 0, 0)) return -2;
          this.#keep = position;
          at++;
          break;
        case op.opGrapheme:
          position = this.#grapheme(position);
          isGood = position >= 0;
          at++;
          break;
        case op.opAbsentOpen:
        case op.opAbsentTry:
        case op.opAbsentFound:
        case op.opAbsentBody:
        case op.opAbsentClose:
        case op.opAbsentEnd: {
          position = this.#absent(at, position);
          if (position < 0) return -2;
          at = this.#resumeAt;
          break;
        }
        default:
          isGood = this.#isAt(code[at]!, position);
          at++;
      }
      if (isGood) continue;
      position = this.#backtrack();
      if (position < 0) return -1;
      at = this.#resumeAt;
    }
  }

  /** Does the text match an anchor here? */
  #isAt(anchor: number, position: number): boolean {
    const text = this.#text;
    const { length } = text;
    switch (anchor) {
      case op.opTextStart:
        return position === 0;
      case op.opTextEnd:
        return position === length;
      case op.opTextEndOrNewline:
        return position === length || (position === length - 1 && text[position] === newline);
      case op.opLineStart:
        return position === 0 || (text[position - 1] === newline && position < length);
      case op.opLineEnd:
        return position === length || text[position] === newline;
      case op.opSearchStart:
        return position === this.#searchStart;
      case op.opWordBoundary:
        return this.#isWordBoundary(position);
      case op.opNotWordBoundary:
        return !this.#isWordBoundary(position);
      case op.opGraphemeBoundary:
        return isGraphemeBoundary(text, position, (steps) => this.#meter.charge(steps));
      default:
        return !isGraphemeBoundary(text, position, (steps) => this.#meter.charge(steps));
    }
  }

  #isWordBoundary(position: number): boolean {
    const text = this.#text;
    const word = (this.#word ??= knownSet("word"));
    const before = position > 0 && word.has(text[position - 1]!);
    const after = position < text.length && word.has(text[position]!);
    return before !== after;
  }

  #resumeAt = 0;

  /** Goes back to the last choice: its position, and its place in `#resumeAt`; -1 when there is none. */
  #backtrack(): number {
    while (this.#top > 0) {
      this.#top -= recordSize;
      const record = this.#top;
      const stack = this.#stack;
      const kind = stack[record]! & kindMask;
      if (kind === choice) {
        const position = stack[record + 2]!;
        this.#resumeAt = stack[record + 1]!;
        if (this.#failed === undefined || !this.#hasFailed(this.#resumeAt, position)) return position;
      } else if (kind === loop || kind === lazyLoop) {
        const position = kind === loop ? this.#shorter(record) : this.#longer(record);
        if (position >= 0) return position;
      } else this.#undo(record, kind);
      if (--this.#left <= 0) this.#pay();
    }
    return -1;
  }

  #undo(record: number, kind: number): void {
    const stack = this.#stack;
    const value = stack[record + 1]!;
    if (kind === setRegister) this.#registers[value] = stack[record + 2]!;
    else if (kind === setCapture) this.captures[value] = stack[record + 2]!;
    else if (kind === setBase) this.#base = value;
    else if (kind === setKeep) this.#keep = value;
    else if (kind === setLimit) this.#limit = value;
  }

  /** A greedy loop gives back a character: the record holds where to go on, the least position and the current one. */
  #shorter(record: number): number {
    const stack = this.#stack;
    const next = (stack[record]! >> kindBits) - 1;
    const target = stack[record + 1]!;
    const least = stack[record + 2]!;
    let position = stack[record + 3]! - 1;
    while (position >= least && !this.#mayGoOn(target, position, next)) {
      position--;
      if (--this.#left <= 0) this.#pay();
    }
    if (position < least) return -1;
    if (position > least) {
      stack[record + 3] = position;
      this.#top += recordSize;
    }
    this.#resumeAt = target;
    return position;
  }

  #mayGoOn(target: number, position: number, next: number): boolean {
    if (next >= 0 && this.#text[position] !== next) return false;
    return this.#failed === undefined || !this.#hasFailed(target, position);
  }

  /** A lazy loop takes another character: the record holds where to go on, the current position and the last one. */
  #longer(record: number): number {
    const stack = this.#stack;
    const set = this.#program.sets[stack[record]! >> kindBits]!;
    const target = stack[record + 1]!;
    const last = stack[record + 3]!;
    let position = stack[record + 2]!;
    for (;;) {
      if (position >= last || !set.has(this.#text[position]!)) return -1;
      position++;
      if (this.#failed === undefined || !this.#hasFailed(target, position)) break;
      if (--this.#left <= 0) this.#pay();
    }
    stack[record + 2] = position;
    this.#top += recordSize;
    this.#resumeAt = target;
    return position;
  }

  /** A repetition of single characters. -1: too few; -2: the stack is full. */
  #loop(at: number, from: number): number {
    const { code, sets } = this.#program;
    const text = this.#text;
    const setIndex = code[at + 1]!;
    const set = sets[setIndex]!;
    const least = from + code[at + 2]!;
    const most = code[at + 3]!;
    const last = most < 0 ? this.#limit : Math.min(this.#limit, from + most);
    if (least > this.#limit) return -1;
    const isGreedy = code[at] === op.opLoop;
    const wanted = isGreedy ? last : least;
    let position = from;
    while (position < wanted && set.has(text[position]!)) {
      position++;
      if (--this.#left <= 0) this.#pay();
    }
    if (position < least) return -1;
    if (!isGreedy)
      return position >= last || this.#push(lazyLoop | (setIndex << kindBits), at + 4, position, last) ? position : -2;
    if (position === least) return position;
    const next = code[at + 4] === op.opChar ? code[at + 5]! : -1;
    return this.#push(loop | ((next + 1) << kindBits), at + 4, least, position) ? position : -2;
  }

  /** Where the text goes on behind a repetition of what a group matched, -1 when it is not there. */
  #backref(at: number, position: number): number {
    const isFolded = this.#program.code[at + 1] === 1;
    let end = -1;
    this.#referred(at + 2, (from, to) => {
      end = isFolded ? this.#sameFolded(from, to, position) : this.#same(from, to, position);
      return end >= 0;
    });
    return end;
  }

  #same(from: number, to: number, position: number): number {
    const text = this.#text;
    const length = to - from;
    if (position + length > this.#limit) return -1;
    this.#meter.charge(length >> 4);
    for (let i = 0; i < length; i++) if (text[from + i] !== text[position + i]) return -1;
    return position + length;
  }

  /** Characters are compared one by one, and those of different length in UTF-8 are not the same. */
  #sameFolded(from: number, to: number, position: number): number {
    const text = this.#text;
    const length = to - from;
    if (position + length > this.#limit) return -1;
    this.#meter.charge(length >> 2);
    for (let i = 0; i < length; i++) {
      const a = text[from + i]!;
      const b = text[position + i]!;
      if (a !== b && (!equivalents(a).includes(b) || utf8Length(a) !== utf8Length(b))) return -1;
    }
    return position + length;
  }

  /** Calls `use` with what the groups of a reference matched until it is content; `undefined` when it never is. */
  #referred(at: number, use: (from: number, to: number) => boolean): true | undefined {
    const { code, frameSize } = this.#program;
    const groups = code.subarray(at + 3, at + 3 + code[at + 2]!);
    if (code[at] === 1) return this.#referredAtLevel(groups, this.#base / frameSize + code[at + 1]!, use);
    for (const group of groups) {
      const from = this.captures[2 * group]!;
      const to = this.captures[2 * group + 1]!;
      if (from >= 0 && to >= 0 && use(from, to)) return true;
    }
    return undefined;
  }

  #referredAtLevel(groups: Int32Array, level: number, use: (from: number, to: number) => boolean): true | undefined {
    const stack = this.#stack;
    for (let record = this.#top - recordSize; record >= 0; record -= recordSize) {
      if (--this.#left <= 0) this.#pay();
      if (stack[record] !== (captured | (level << kindBits)) || !groups.includes(stack[record + 1]!)) continue;
      return use(stack[record + 2]!, stack[record + 3]!) ? true : undefined;
    }
    return undefined;
  }

  #grapheme(from: number): number {
    if (from >= this.#limit) return -1;
    let position = from + 1;
    while (position < this.#limit && !isGraphemeBoundary(this.#text, position, (steps) => this.#meter.charge(steps))) {
      position++;
      if (--this.#left <= 0) this.#pay();
    }
    return position;
  }

  /** The instructions of absent operators: the new position, and the next instruction in `#resumeAt`; -2 when the stack is full. */
  #absent(at: number, position: number): number {
    const { code } = this.#program;
    const register = code[at + 1]!;
    const registers = this.#base + register;
    this.#resumeAt = at + 2;
    switch (code[at]) {
      case op.opAbsentOpen: {
        const isRoom =
          this.#setRegister(register, position) &&
          this.#setRegister(register + 1, position) &&
          this.#setRegister(register + 2, this.#limit);
        return isRoom ? position : -2;
      }
      case op.opAbsentTry: {
        const place = this.#registers[registers + 1]!;
        if (place > this.#limit) {
          this.#resumeAt = code[at + 2]!;
          return position;
        }
        this.#resumeAt = at + 3;
        const isRoom =
          this.#setRegister(register + 1, place + 1) &&
          this.#setRegister(register + 3, this.#top + recordSize) &&
          this.#push(choice, at, place, 0);
        return isRoom ? place : -2;
      }
      case op.opAbsentFound: {
        this.#unwind(this.#registers[registers + 3]!);
        return this.#setLimit(this.#registers[registers + 1]! - 1) ? position : -2;
      }
      case op.opAbsentBody:
        return this.#registers[registers]!;
      case op.opAbsentClose:
        return this.#setLimit(this.#registers[registers + 2]!) ? position : -2;
      default:
        this.#resumeAt = at + 1;
        return this.#setLimit(this.#text.length) ? position : -2;
    }
  }

  #rememberGroups(at: number, position: number): boolean {
    const { code } = this.#program;
    const register = code[at + 1]!;
    let isRoom = this.#setRegister(register, position);
    for (let i = 0; i < code[at + 2]!; i++) {
      const group = code[at + 3 + i]!;
      isRoom &&= this.#setRegister(register + 1 + 2 * i, this.captures[2 * group]!);
      isRoom &&= this.#setRegister(register + 2 + 2 * i, this.captures[2 * group + 1]!);
    }
    return isRoom;
  }

  /**
   * Where it goes on after an iteration: with the next one when it matched anything, or changed a group that had matched nothing or
   * something; not at all (-1) when a group matched the empty text before and now elsewhere; else behind the repetition.
   */
  #afterIteration(at: number, position: number): number {
    const { code } = this.#program;
    const register = this.#base + code[at + 1]!;
    const next = at + 4 + code[at + 3]!;
    if (this.#registers[register] !== position) return next;
    let after = code[at + 2]!;
    for (let i = 0; i < code[at + 3]!; i++) {
      const group = code[at + 4 + i]!;
      const start = this.#registers[register + 1 + 2 * i]!;
      const end = this.#registers[register + 2 + 2 * i]!;
      if (start === this.captures[2 * group] && end === this.captures[2 * group + 1]) continue;
      if (end < 0 || start !== end) return next;
      after = -1;
    }
    return after;
  }

  /** Enters a routine with registers of its own. False: there is no room. */
  #call(returnTo: number): boolean {
    const { frameSize } = this.#program;
    const base = this.#base + frameSize;
    if (base + frameSize > this.#registers.length) {
      if (base + frameSize > maxRegisterWords) return false;
      this.#registers = this.#grown(this.#registers, maxRegisterWords + frameSize);
    }
    if (!this.#push(setBase, this.#base, 0, 0)) return false;
    this.#base = base;
    return this.#setRegister(0, returnTo);
  }

  #grown(words: Int32Array<ArrayBuffer>, most: number): Int32Array<ArrayBuffer> {
    const size = Math.min(words.length * 2, most);
    this.#meter.allocate((size - words.length) * 4);
    const larger = new Int32Array(size);
    larger.set(words);
    return larger;
  }

  #setRegister(register: number, value: number): boolean {
    const index = this.#base + register;
    const isRoom = this.#push(setRegister, index, this.#registers[index]!, 0);
    this.#registers[index] = value;
    return isRoom;
  }

  #setCapture(index: number, value: number): boolean {
    const isRoom = this.#push(setCapture, index, this.captures[index]!, 0);
    this.captures[index] = value;
    return isRoom;
  }

  #setLimit(value: number): boolean {
    const isRoom = this.#push(setLimit, this.#limit, 0, 0);
    this.#limit = value;
    return isRoom;
  }

  #push(kind: number, a: number, b: number, c: number): boolean {
    const record = this.#top;
    if (record + recordSize > this.#stack.length) {
      if (this.#stack.length >= maxStackWords) return false;
      this.#stack = this.#grown(this.#stack, maxStackWords);
    }
    const stack = this.#stack;
    stack[record] = kind;
    stack[record + 1] = a;
    stack[record + 2] = b;
    stack[record + 3] = c;
    this.#top = record + recordSize;
    return true;
  }

  /** Forgets the choices above a height of the stack; what undoes changes stays. */
  #cut(height: number): void {
    const stack = this.#stack;
    let kept = height;
    for (let record = height; record < this.#top; record += recordSize) {
      if (--this.#left <= 0) this.#pay();
      const kind = stack[record]! & kindMask;
      if (kind === choice || kind === loop || kind === lazyLoop) continue;
      if (kept !== record) stack.copyWithin(kept, record, record + recordSize);
      kept += recordSize;
    }
    this.#top = kept;
  }

  /** Undoes everything down to a height of the stack. */
  #unwind(height: number): void {
    while (this.#top > height) {
      if (--this.#left <= 0) this.#pay();
      this.#top -= recordSize;
      this.#undo(this.#top, this.#stack[this.#top]! & kindMask);
    }
  }
}
