/** The numbers of the snapshot format. Append-only: states and images of every release are read by all later ones. */

/** Values. 128 to 255 are the ints 0 to 127. */
export const unbound = 0;
export const none = 1;
export const no = 2;
export const yes = 3;
/** A safe integer. */
export const int = 4;
/** Sign, then the magnitude's bytes as a text in hexadecimal. */
export const bigInt = 5;
export const float = 6;
/** By index into the texts. */
export const string = 7;
export const bytes = 8;
/** By id, in this heap. */
export const object = 9;
/** By ordinal: of the image, then of the run's input. */
export const ordinal = 10;
/** A builtin, a module, or what else the environment knows by name. */
export const named = 11;
/** A method without its receiver, by name: "list.append". */
export const method = 12;
/** What the host has one of, by name: the context `w`. */
export const host = 13;
export const range = 14;
export const textView = 15;
export const secret = 16;
/** A loop in a register: its source and how far it came. */
export const loop = 17;
/** ns since 1970 as text, and the offset from UTC in seconds. */
export const time = 18;
export const duration = 19;
/** A time in a zone with a name: ns since 1970 as text, and the zone's id. */
export const zonedTime = 20;

/** Objects. A frozen one has `frozenFlag` added. */
export const list = 1;
export const tuple = 2;
export const dict = 3;
export const record = 4;
export const set = 5;
export const struct = 6;
export const cell = 7;
export const functionValue = 8;
export const boundMethod = 9;
export const blob = 10;
// From 32 on: objects of the host.
export const frozenFlag = 0x80;
