/**
 * The instruction set: one number for the opcode and one per operand.
 *
 * Operands: `d` a register that is written, `a` `b` … registers that are read, `k` an index into the constants, `t` a jump target, `n` a
 * count or a number, `h` how many frames outwards. Whoever wants a further output backtracks: the last fork is taken up where it was
 * made, in its frame. Registers are not put back then: whatever is read after a fork was written before it, or will be written again.
 */

export const MOVE = 0; // d a
/** Moves, and leaves null behind: what the accumulator of a reduction is while its update runs. */
export const TAKE = 1; // d a
export const CONSTANT = 2; // d k
/** A register of an enclosing function's frame. */
export const OUTER = 3; // d h a

export const FORK = 4; // t
export const JUMP = 5; // t
/** Jumps on false and null. */
export const JUMP_FALSE = 6; // a t
export const BACKTRACK = 7;
/** The next output of the program. */
export const YIELD = 8; // a

/** `n` is 1 where an error means no output. */
export const INDEX = 9; // d a b n
export const SLICE = 10; // d a b c n
export const EACH = 11; // d a n
export const RECURSE = 12; // d a
export const RANGE = 13; // d a b
export const GET_PATH = 14; // d a b

export const BINARY = 15; // d a b n: an index into `binaryOperations`
export const NEGATE = 16; // d a
export const TRUTH = 17; // d a
/** Joins the texts in `n` registers. */
export const JOIN = 18; // d n a…
export const NEW_ARRAY = 19; // d
/** Appends and backtracks. */
export const COLLECT = 20; // a b
export const CHECK_KEY = 21; // a
/** `n` names and values, one after the other. */
export const OBJECT = 22; // d n a b…
/** A builtin: its number, how many arguments, the input, the arguments. */
export const NATIVE = 23; // d n n a b…

/** A function `h` frames outwards, its code's number, the input, how many filters it takes, and these: (-1, code) or (h, register). */
export const CALL = 24; // d h n a n …
export const TAIL_CALL = 25; // h n a n …
/** Calls a filter that was given to the function `h` frames outwards. */
export const CALL_FILTER = 26; // d h a b
export const TAIL_CALL_FILTER = 27; // h a b
export const RETURN = 28; // a

/** Errors from here on go to `t`, with the error in `d`. */
export const TRY = 29; // d t
/** What was tried gave an output: later errors are none of `try`'s, as from jq 1.7 on. `a` was marked before `TRY`. */
export const TRY_END = 30; // a
export const LABEL = 31; // d
export const RAISE = 32; // a
/** How many forks there are. */
export const MARK = 33; // d
/** Forgets forks made since the mark. */
export const CUT = 34; // a

/** Begins to follow paths from `a`; `d` and the next register keep what was followed before. */
export const PATH_BEGIN = 35; // d a
/** The path of `b`; goes on following what `a` kept. */
export const PATH_END = 36; // d a b
/** Stops and resumes following paths. */
export const ASIDE_BEGIN = 37; // d
export const ASIDE_END = 38; // a

/** `a` with `c` at path `b`; the register `e` holds what of `a` may be written in place. */
export const SET_PATH = 39; // d a b c e
export const DELETE_PATH = 40; // d a b e
/** What is at path `b` of `a`, of which `e` owns parts: they are anybody's from now on. */
export const PEEK_PATH = 41; // d a b e
export const NEW_OWNER = 42; // d

/** A filter of one output at most, as a JavaScript function; goes on at `t`, or right behind while paths are followed. */
export const SHORTCUT = 43; // d a n t
/** The same where paths are never followed. */
export const DIRECT = 44; // d a n

export const INPUT = 45; // d
export const REPORT = 46; // a n: 0 is `debug`, 1 is `stderr`
export const HALT = 47; // a b: the value and the status; without them -1
/** Adds to an array or object that `e` may own: `d = a + b`. */
export const ADD_OWNED = 48; // d a b e
/** Gives up what `e` owns when `a`, a part of it, is an array or object that is owned. */
export const DISOWN = 49; // a e
/** The same whenever `a` is an array or object. */
export const DISOWN_ALL = 50; // a e
/** `a` without what is at the paths in `b`. */
export const DELETE_PATHS = 51; // d a b e
/** What is at path `b` of `a`, to be changed. */
export const LOOK_PATH = 52; // d a b
