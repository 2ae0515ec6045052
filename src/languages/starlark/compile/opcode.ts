/**
 * The instruction set. An instruction is one word for the opcode and one per operand (32-bit signed). Images hold this code, so
 * numbers are append-only: an opcode never changes its number, its operands or its meaning.
 *
 * Operands: `d` a register that is written, `a` `b` `c` registers that are read, `k` an index into the module's constants, `t` a
 * jump target, `n` a count, `g` a global's index. `x` is a register when it is >= 0, else the constant `~x`.
 */

// Moving values.
export const MOVE = 0; // d a
export const CONSTANT = 1; // d k
/** Fails when the local is unbound. */
export const CHECK_LOCAL = 2; // a
/** Makes the local unbound; at the end of a comprehension. */
export const CLEAR = 3; // d
/** Puts the register's value, or unbound, into a new cell. */
export const NEW_CELL = 4; // a
export const GET_CELL = 5; // d a
export const SET_CELL = 6; // a x
export const GET_FREE = 7; // d n
export const GET_GLOBAL = 8; // d g
export const SET_GLOBAL = 9; // g x
/** A value that belongs to the run, by name: `vars`, `input`. */
export const GET_HOST = 10; // d k
/** A name of a loaded module. */
export const LOAD_NAME = 11; // d n k

// Arithmetic: the order is that of `binaryOperators`.
export const ADD = 12; // d a x
export const SUBTRACT = 13;
export const MULTIPLY = 14;
export const DIVIDE = 15;
export const FLOOR_DIVIDE = 16;
export const MODULO = 17;
export const BIT_AND = 18;
export const BIT_OR = 19;
export const BIT_XOR = 20;
export const SHIFT_LEFT = 21;
export const SHIFT_RIGHT = 22;
export const IN = 23;
export const NOT_IN = 24;
/** `a += x`: a list grows in place. */
export const ADD_IN_PLACE = 25;
/** `a |= x`: a dict or set grows in place. */
export const OR_IN_PLACE = 26;
export const NEGATE = 27; // d a
export const PLUS = 28; // d a
export const INVERT = 29; // d a
export const NOT = 30; // d a

// Comparison as a value.
export const EQUAL = 31; // d a x
export const NOT_EQUAL = 32;
export const LESS = 33;
export const LESS_EQUAL = 34;
export const GREATER = 35;
export const GREATER_EQUAL = 36;

// Jumps. The second of each pair jumps when the comparison does not hold.
export const JUMP = 37; // t
export const JUMP_IF = 38; // a t
export const JUMP_UNLESS = 39; // a t
export const JUMP_EQUAL = 40; // a x t
export const JUMP_NOT_EQUAL = 41;
export const JUMP_LESS = 42;
export const JUMP_NOT_LESS = 43;
export const JUMP_LESS_EQUAL = 44;
export const JUMP_NOT_LESS_EQUAL = 45;
export const JUMP_GREATER = 46;
export const JUMP_NOT_GREATER = 47;
export const JUMP_GREATER_EQUAL = 48;
export const JUMP_NOT_GREATER_EQUAL = 49;

// Parts of values.
export const INDEX = 50; // d a x
export const SET_INDEX = 51; // a x y
export const SLICE = 52; // d a: the object and its low, high and step are in a..a+3
export const ATTRIBUTE = 53; // d a k
export const SET_ATTRIBUTE = 54; // a k x
/** Puts a method and its receiver into d and d+1; for a field that is not a method, its value and unbound. */
export const METHOD = 55; // d a k

// Making values.
export const LIST = 56; // d a n: from a..a+n-1
export const TUPLE = 57; // d a n
export const LIST_TO_TUPLE = 58; // d a
export const DICT = 59; // d
/** An entry of a dict display; a second one of the same key fails. */
export const DICT_ENTRY = 60; // a x y: dict, key, value
export const DICT_PUT = 61; // a x y
export const APPEND = 62; // a x
/** Defaults are in a..; the cells it captures are named by the function's code. */
export const CLOSURE = 63; // d n a: n is the function's index in the module

// Loops.
export const ITERATE = 64; // d a
/** Jumps to t with the next value in d, or goes on when there is none. */
export const NEXT = 65; // a d t
export const END_ITERATION = 66; // a
export const UNPACK = 67; // d a n: into d..d+n-1

// Calls. The callee is in a and its arguments follow; d, at the third place in all of them, receives the result. At a call that
// waits, the registers below a are exactly the live ones.
export const CALL = 68; // a n d
/** The method is in a, its receiver in a+1, the arguments follow. */
export const CALL_METHOD = 69; // a n d
/** Named arguments follow the positional ones; k is a tuple of their names. */
export const CALL_NAMED = 70; // a n d k
/** As CALL_NAMED, then the values of *args (flag 1) and **kwargs (flag 2). */
export const CALL_SPREAD = 71; // a n d k flags
export const RETURN = 72; // x

/** Fails when the function is under way already. The first instruction of functions of files without recursion. */
export const CHECK_RECURSION = 73;

/** Words of each instruction, by opcode. */
export const instructionLength: readonly number[] = [
  3, 3, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 2, 3,
  3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 3, 4, 4, 4, 4, 4, 3, 2, 4, 4, 3, 4, 3, 4, 2, 4, 4, 4, 5, 6, 2, 1,
];
