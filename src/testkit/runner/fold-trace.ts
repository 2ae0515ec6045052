/** Shortens a trace: what happens again and again, as a schedule's runs do, is told the first time and the last time. */

export interface TraceLine {
  /** When, as it is shown: "+3d2h". */
  when: string;
  /** Of whom it tells, such as the handler that a run is of. */
  who: readonly string[];
  text: string;
}

/** A part that comes so many times in a row is folded. */
const leastRepeats = 5;
/** Lines that such a part may have. */
const longestPart = 12;

/** Lines that differ in nothing but numbers are the same, but for the status with which a call ended. */
export function foldTrace(lines: readonly TraceLine[]): readonly TraceLine[] {
  const shorter = foldOnce(lines);
  return shorter.length === lines.length ? shorter : foldTrace(shorter);
}

function foldOnce(lines: readonly TraceLine[]): TraceLine[] {
  const kinds = lines.map(({ text }) => text.replaceAll(/(?<!-> )\b\d[\d.:TZ-]*|(?<=… )\d+/g, "#"));
  const folded: TraceLine[] = [];
  let at = 0;
  while (at < lines.length) {
    const { length, repeats } = repeatedAt(kinds, at);
    const part = lines.slice(at, at + length);
    folded.push(...part);
    at += length * repeats;
    if (repeats === 1) continue;
    const last = lines.slice(at - length, at);
    folded.push(leftOut(part, last, repeats - 2), ...last);
  }
  return folded;
}

/** The shortest part that begins here and comes often enough; else one line, once. */
function repeatedAt(kinds: readonly string[], at: number): { length: number; repeats: number } {
  for (let length = 1; length <= longestPart; length++) {
    let end = at + length;
    while (end < kinds.length && kinds[end] === kinds[end - length]) end++;
    const repeats = Math.floor((end - at) / length);
    if (repeats >= leastRepeats) return { length, repeats };
  }
  return { length: 1, repeats: 1 };
}

function leftOut(part: readonly TraceLine[], last: readonly TraceLine[], times: number): TraceLine {
  const who = [...new Set(part.flatMap((line) => line.who))];
  const of = who.length === 0 ? "" : ` of ${who.join(", ")}`;
  return { when: "", who, text: `… ${times} more${of}, until ${last[0]!.when} …` };
}
