/** Regular expressions as jq 1.6 has them: Oniguruma's syntax PERL_NT on Unicode texts. */
import { JqError } from "../errors.ts";
import { analyse } from "./analyse.ts";
import { compile, type Program } from "./compile.ts";
import { Machine, type Meter, type SearchOptions } from "./machine.ts";
import type { Pattern } from "./node.ts";
import { parsePattern } from "./parse.ts";
import { PatternError } from "./pattern-error.ts";

/** A text as the code points that are searched: offsets of matches count these. */
export function codePointsOf(text: string): Int32Array {
  const codes = new Int32Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i)!;
    if (code > 0xffff) i++;
    codes[length++] = code;
  }
  return length === codes.length ? codes : codes.subarray(0, length);
}

/** A compiled pattern. It may be used again and again, but not from within a search of itself. */
export class Regex {
  /** The name of each group, from group 1 on; `undefined` where it has none. */
  readonly names: readonly (string | undefined)[];
  readonly #machine: Machine;
  readonly #options: SearchOptions;

  constructor(pattern: Pattern, program: Program, options: SearchOptions) {
    this.names = Array.from(
      { length: pattern.groupCount },
      (_, i) => [...pattern.names].find(([, groups]) => groups.includes(i + 1))?.[0],
    );
    this.#machine = new Machine(program);
    this.#options = options;
  }

  /**
   * The first match that begins at `from` or later: start and end of the match, then start and end of each group, in code points, -1
   * where a group took no part. `undefined` when there is none. The array is valid until the next search. Throws what the meter
   * throws, and `JqError` when the match would need too much memory.
   */
  search(text: Int32Array, from: number, meter: Meter): Int32Array | undefined {
    const outcome = this.#machine.search(text, from, this.#options, meter);
    if (outcome === "stack limit") throw new JqError("Regex failure: match-stack limit over");
    return outcome === "match" ? this.#machine.captures : undefined;
  }
}

/**
 * Compiles a pattern. `flags` are those of jq but `g`, which is up to the caller: `i` case does not matter, `x` extended form, `s` no
 * change (the text is one line anyway), `p` `.` matches line feeds, `n` no empty matches, `l` the longest match. Throws `JqError`
 * with jq's text when the pattern is not valid.
 */
export function compileRegex(pattern: string, flags: string): Regex {
  const has = (flag: string): boolean => flags.includes(flag);
  const options = { fold: has("i"), extended: has("x"), dotAll: has("p"), multiline: false };
  try {
    const tree = parsePattern(pattern, options);
    return new Regex(tree, compile(analyse(tree)), { notEmpty: has("n"), longest: has("l") });
  } catch (error) {
    if (error instanceof PatternError) throw new JqError(`Regex failure: ${error.message}`);
    throw error;
  }
}
