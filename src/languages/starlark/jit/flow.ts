/**
 * From jumps back to the statements they were made of: blocks that jump become loops and labelled blocks of JavaScript, as in
 * "Beyond Relooper" (Ramsey, 2022). A block is written where its immediate dominator is; where paths meet again becomes the end
 * of a labelled block; a target of a jump back becomes a loop.
 */
import type { Block, Blocks } from "./blocks.ts";

/** The blocks of one unit of translation and how they follow each other. */
export class Flow {
  /** Blocks that can be reached, every one before those it goes on to but for jumps back. */
  readonly order: readonly number[];
  readonly #blocks: readonly Block[];
  readonly #within: ReadonlySet<number> | undefined;
  /** Places in `order`, by block. */
  readonly #place = new Map<number, number>();
  readonly #predecessors = new Map<number, number[]>();
  readonly #dominator = new Map<number, number>();
  /** The blocks of each loop, by its first block. */
  readonly loops = new Map<number, Set<number>>();

  /**
   * `within`: blocks outside of it do not belong to the unit; undefined for all. Throws Error when a jump goes into the middle of
   * a loop, which the compiler never makes.
   */
  constructor(blocks: readonly Block[], entry: number, within?: ReadonlySet<number>) {
    this.#blocks = blocks;
    this.#within = within;
    this.order = this.#reversePostorder(entry);
    this.order.forEach((block, i) => this.#place.set(block, i));
    for (const block of this.order) {
      for (const successor of this.successors(block)) this.#predecessors.get(successor)!.push(block);
    }
    this.#findDominators();
    this.#findLoops();
  }

  get entry(): number {
    return this.order[0]!;
  }

  /** Where a block goes on within the unit. */
  successors(block: number): readonly number[] {
    const all = this.#blocks[block]!.successors;
    return this.#within === undefined ? all : all.filter((successor) => this.#within!.has(successor));
  }

  /** Whether going from one block to the other is a jump back. */
  isBack(from: number, to: number): boolean {
    return this.#place.get(to)! <= this.#place.get(from)!;
  }

  /** Whether several paths meet at a block, those of jumps back left out. */
  isMerge(block: number): boolean {
    return this.#predecessors.get(block)!.filter((from) => !this.isBack(from, block)).length > 1;
  }

  /** The smallest loop that a block is in, as its first block; undefined outside of loops. */
  innermostLoop(block: number): number | undefined {
    let best: number | undefined;
    for (const [header, members] of this.loops) {
      if (members.has(block) && (best === undefined || members.size < this.loops.get(best)!.size)) best = header;
    }
    return best;
  }

  /**
   * Where a block is written: "after" the loop of a block, when it is left to get there; "within" its dominator's text, when paths
   * meet there; else in the place of the jump.
   */
  placement(block: number): { at: number; how: "after" | "within" | "inline" } {
    const dominator = this.#dominator.get(block)!;
    let left: number | undefined;
    for (const [header, members] of this.loops) {
      const leaves = members.has(dominator) && !members.has(block);
      if (leaves && (left === undefined || members.size > this.loops.get(left)!.size)) left = header;
    }
    if (left !== undefined) return { at: left, how: "after" };
    return { at: dominator, how: this.isMerge(block) ? "within" : "inline" };
  }

  #reversePostorder(entry: number): number[] {
    const postorder: number[] = [];
    const pending: { block: number; next: number }[] = [{ block: entry, next: 0 }];
    this.#predecessors.set(entry, []);
    while (pending.length > 0) {
      const top = pending.at(-1)!;
      const successors = this.successors(top.block);
      if (top.next === successors.length) {
        postorder.push(top.block);
        pending.pop();
        continue;
      }
      // The last successor is visited first, so that what follows comes after what is jumped to.
      const successor = successors[successors.length - 1 - top.next++]!;
      if (this.#predecessors.has(successor)) continue;
      this.#predecessors.set(successor, []);
      pending.push({ block: successor, next: 0 });
    }
    return postorder.toReversed();
  }

  #findDominators(): void {
    const { entry } = this;
    this.#dominator.set(entry, entry);
    for (let changed = true; changed;) {
      changed = false;
      for (const block of this.order.slice(1)) {
        const known = this.#predecessors.get(block)!.filter((from) => this.#dominator.has(from));
        const dominator = known.reduce((a, b) => this.#commonDominator(a, b));
        if (this.#dominator.get(block) === dominator) continue;
        this.#dominator.set(block, dominator);
        changed = true;
      }
    }
  }

  #commonDominator(a: number, b: number): number {
    let [x, y] = [a, b];
    while (x !== y) {
      if (this.#place.get(x)! > this.#place.get(y)!) x = this.#dominator.get(x)!;
      else y = this.#dominator.get(y)!;
    }
    return x;
  }

  #dominates(a: number, b: number): boolean {
    let block = b;
    while (this.#place.get(block)! > this.#place.get(a)!) block = this.#dominator.get(block)!;
    return block === a;
  }

  #findLoops(): void {
    for (const block of this.order) {
      for (const successor of this.successors(block)) {
        if (!this.isBack(block, successor)) continue;
        if (!this.#dominates(successor, block)) throw new RangeError(`block ${block} jumps into a loop`);
        this.#addLoop(successor, block);
      }
    }
  }

  /** All blocks from which the end of a loop is reached without passing its beginning. */
  #addLoop(header: number, end: number): void {
    const members = this.loops.get(header) ?? new Set([header]);
    this.loops.set(header, members);
    const pending = [end];
    for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
      if (members.has(block)) continue;
      members.add(block);
      pending.push(...this.#predecessors.get(block)!);
    }
  }
}

/** The blocks of a whole function, or of the loop whose rounds begin at `loopAt`; undefined when there is no such loop. */
export function unitFlow(blocks: Blocks, loopAt: number | undefined): Flow | undefined {
  const whole = new Flow(blocks.all, 0);
  if (loopAt === undefined) return whole;
  const start = blocks.startingAt(loopAt);
  const loop = whole.innermostLoop(start);
  return loop === undefined ? undefined : new Flow(blocks.all, start, whole.loops.get(loop));
}

/** What the writer of a unit says of each block. */
export interface BlockWriter {
  /** The text of a block; `go` gives the text that goes on to a successor. */
  block(block: number, go: (successor: number) => string): string;
}

/** The whole unit as statements of JavaScript. No path runs over the end of the text. */
export function writeFlow(flow: Flow, writer: BlockWriter): string {
  const placed = new Map<string, number[]>();
  for (const block of flow.order.slice(1)) {
    const { at, how } = flow.placement(block);
    const key = `${how} ${at}`;
    const others = placed.get(key);
    if (others === undefined) placed.set(key, [block]);
    else others.push(block);
  }
  const at = (how: string, block: number): readonly number[] => placed.get(`${how} ${block}`) ?? [];
  const inline = (from: number, to: number): boolean => at("inline", from).includes(to);

  const tree = (block: number): string => {
    const loop = flow.loops.has(block);
    const body = nested(at("within", block), (): string =>
      writer.block(block, (successor) => {
        if (flow.isBack(block, successor)) return `continue L${successor};`;
        return inline(block, successor) ? tree(successor) : `break L${successor};`;
      }),
    );
    return loop ? nested(at("after", block), () => `L${block}:for(;;){${body}}`) : body;
  };
  /** Labelled blocks whose ends are these blocks, in their order, around a text. */
  const nested = (ends: readonly number[], text: () => string): string => {
    const last = ends.at(-1);
    if (last === undefined) return text();
    return `${endLabel(last, nested(ends.slice(0, -1), text))}${tree(last)}`;
  };
  const endLabel = (block: number, text: string): string => `L${block}:{${text}}`;
  return tree(flow.entry);
}
