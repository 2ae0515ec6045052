/** Makes a text small that shows something: what can be left out is left out. */

/**
 * Leaves out lines, blocks, and parts in brackets, as long as `stillShows` says that the rest shows the same. It asks at most
 * `limit` times.
 */
export async function shrink(
  text: string,
  stillShows: (candidate: string) => Promise<boolean>,
  limit = 1500,
): Promise<string> {
  let best = text;
  let asked = 0;
  const tries = async (candidate: string): Promise<boolean> => {
    if (candidate === best || asked >= limit || !candidate.isWellFormed()) return false;
    asked++;
    if (!(await stillShows(candidate))) return false;
    best = candidate;
    return true;
  };
  let before: string;
  do {
    before = best;
    await withoutLines(() => best, tries);
    await withoutNesting(() => best, tries);
    await withoutParts(() => best, tries);
    if (best.length < 80) await withoutCharacters(() => best, tries);
  } while (before !== best);
  return best;
}

type Tries = (candidate: string) => Promise<boolean>;

/** Leaves out ever shorter runs of lines. */
async function withoutLines(best: () => string, tries: Tries): Promise<void> {
  for (let size = best().split("\n").length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < best().split("\n").length;) {
      const lines = best().split("\n");
      lines.splice(at, size);
      if (!(await tries(lines.join("\n")))) at += size;
    }
  }
}

/** Leaves out a line with what is indented under it, or only that line, whose block then moves out. */
async function withoutNesting(best: () => string, tries: Tries): Promise<void> {
  for (let at = 0; at < best().split("\n").length; at++) {
    const lines = best().split("\n");
    const indent = indentOf(lines[at]!);
    let end = at + 1;
    while (end < lines.length && (lines[end]!.trim() === "" || indentOf(lines[end]!).length > indent.length)) end++;
    if (end === at + 1) continue;
    if (await tries([...lines.slice(0, at), ...lines.slice(end)].join("\n"))) continue;
    const inner = indentOf(lines[at + 1]!);
    const moved = lines
      .slice(at + 1, end)
      .map((line) => (line.startsWith(inner) ? indent + line.slice(inner.length) : line));
    await tries([...lines.slice(0, at), ...moved, ...lines.slice(end)].join("\n"));
  }
}

/** Puts something small in place of what is in brackets, and leaves out what is between commas. */
async function withoutParts(best: () => string, tries: Tries): Promise<void> {
  for (let at = 0; at < best().length; at++) {
    const text = best();
    if (!"([{,".includes(text[at]!)) continue;
    const end = endOfPart(text, at);
    if (text[at] === ",") {
      await tries(text.slice(0, at) + text.slice(end));
      continue;
    }
    const inner = text.slice(at + 1, end);
    const [before, after] = [text.slice(0, at), text.slice(end + 1)];
    const name = /[\w.]*$/.exec(before)![0];
    if (await tries(before.slice(0, before.length - name.length) + inner + after)) continue;
    if (await tries(`${before}${text[at]}${text[end] ?? ""}${after}`)) continue;
    const [first, ...rest] = splitParts(inner);
    if (rest.length > 0 && (await tries(before + text[at] + rest.join(",") + (text[end] ?? "") + after))) continue;
    if (rest.length > 0 && (await tries(before.slice(0, before.length - name.length) + first + after))) continue;
    for (const small of ["0", '""', "[]", "None"]) {
      if (await tries(before.slice(0, before.length - name.length) + small + after)) break;
    }
  }
}

async function withoutCharacters(best: () => string, tries: Tries): Promise<void> {
  for (let at = 0; at < best().length;) {
    const text = best();
    if (!(await tries(text.slice(0, at) + text.slice(at + 1)))) at++;
  }
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)![0];
}

/** Where the bracket that opens at a place closes; after a comma, where the next comma or closing bracket is. */
function endOfPart(text: string, start: number): number {
  let depth = text[start] === "," ? 1 : 0;
  for (let i = text[start] === "," ? start + 1 : start; i < text.length; i++) {
    const character = text[i]!;
    if (text[start] === "," && depth === 1 && ",)]}\n".includes(character)) return i;
    if ("([{".includes(character)) depth++;
    else if (")]}".includes(character) && --depth === 0) return i;
  }
  return text.length;
}

function splitParts(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if ("([{".includes(text[i]!)) depth++;
    else if (")]}".includes(text[i]!)) depth--;
    else if (text[i] === "," && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}
