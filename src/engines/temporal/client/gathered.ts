/** Questions that many ask at once: Temporal takes few queries of one workflow at a time, and refuses the others. */

/** Asks one question of each kind at a time. */
export class Gathered<Kind, Answer> {
  readonly #ask: (kind: Kind) => Promise<Answer>;
  readonly #underWay = new Map<Kind, { current: Promise<Answer>; next?: Promise<Answer> }>();

  constructor(ask: (kind: Kind) => Promise<Answer>) {
    this.#ask = ask;
  }

  /** The answer to a question that is asked after this call: whoever comes while one is under way shares the next one. */
  ask(kind: Kind): Promise<Answer> {
    const underWay = this.#underWay.get(kind);
    if (underWay === undefined) return this.#begin(kind);
    const begin = (): Promise<Answer> => this.#begin(kind);
    underWay.next ??= underWay.current.then(begin, begin);
    return underWay.next;
  }

  #begin(kind: Kind): Promise<Answer> {
    const underWay: { current: Promise<Answer>; next?: Promise<Answer> } = { current: this.#ask(kind) };
    this.#underWay.set(kind, underWay);
    const end = (): void => {
      if (underWay.next === undefined) this.#underWay.delete(kind);
    };
    underWay.current.then(end, end);
    return underWay.current;
  }
}
