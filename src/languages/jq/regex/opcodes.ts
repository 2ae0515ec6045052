/** Instructions of the machine, each followed by its operands in the program. */

/** The pattern has matched. */
export const opMatch = 0;
export const opFail = 1;
/** code */
export const opChar = 2;
/** set */
export const opSet = 3;
/** length, codes… */
export const opText = 4;
/** target */
export const opJump = 5;
/** target: goes on here, and there when that fails */
export const opSplit = 6;
/** target: goes on there, and here when that fails */
export const opSplitLazy = 7;
/** group */
export const opGroupOpen = 8;
/** group */
export const opGroupClose = 9;
/** register: forgets, at its end, the choices made since its beginning */
export const opAtomicOpen = 10;
export const opAtomicClose = 11;
/** register (two): as atomic, and goes back to where it began */
export const opLookOpen = 12;
export const opLookClose = 13;
/** register, target: the inside must not match; then it goes on at the target */
export const opNotOpen = 14;
export const opNotClose = 15;
/** count: goes back so many characters */
export const opBack = 16;
/** register: a counter to zero */
export const opCountInit = 17;
/** register, min, max, body, isGreedy */
export const opCountNext = 18;
/** register: where an iteration begins */
export const opEmptyOpen = 19;
/** register, target: goes there when the iteration matched nothing */
export const opEmptyClose = 20;
/** register, count, groups…: as above, and remembers groups in the registers that follow */
export const opEmptyOpenGroups = 21;
/** register, target, count, groups… */
export const opEmptyCloseGroups = 22;
/** set, min, max (-1: none), next (a code that must follow, or -1) */
export const opLoop = 23;
/** set, min, max */
export const opLoopLazy = 24;
/** isFolded, hasLevel, level, count, groups… */
export const opBackref = 25;
/** hasLevel, level, count, groups… */
export const opCheck = 26;
/** target */
export const opCall = 27;
export const opReturn = 28;
export const opKeep = 29;
export const opTextStart = 30;
export const opTextEnd = 31;
export const opTextEndOrNewline = 32;
export const opLineStart = 33;
export const opLineEnd = 34;
export const opSearchStart = 35;
export const opWordBoundary = 36;
export const opNotWordBoundary = 37;
export const opGraphemeBoundary = 38;
export const opNotGraphemeBoundary = 39;
export const opGrapheme = 40;
/** register (three: where it began, where it looks, the limit before) */
export const opAbsentOpen = 41;
/** register, target: tries the inside at the next place, or goes to the target when there is none left */
export const opAbsentTry = 42;
/** register, mark: the inside matched; the text ends where it began */
export const opAbsentFound = 43;
/** register: back to where it began, with the limit found */
export const opAbsentBody = 44;
/** register: the limit of before */
export const opAbsentClose = 45;
/** no limit but the end of the text */
export const opAbsentEnd = 46;
