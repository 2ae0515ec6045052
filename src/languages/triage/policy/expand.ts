/** Braces in the labels of a condition: `{a, b}` is each of them, `{1..4}` each number from the first to the last. */

/** More combinations of a rule are refused. */
export const maxVariants = 1000;

/** All lists of labels that come of expanding each label, the last one varying fastest; undefined when there are too many. */
export function expandLabels(labels: readonly string[]): string[][] | undefined {
  let lists: string[][] = [[]];
  for (const label of labels) {
    const names = expandBraces(label);
    if (names === undefined || lists.length * names.length > maxVariants) return undefined;
    lists = lists.flatMap((list) => names.map((name) => [...list, name]));
  }
  return lists;
}

/** All texts that one text with braces stands for; braces in braces are expanded too. Undefined when there are too many. */
function expandBraces(text: string): string[] | undefined {
  const brace = findBrace(text);
  if (brace === undefined) return [text];
  const { start, end, parts } = brace;
  if (parts.length > maxVariants) return undefined;
  const rests = expandBraces(text.slice(end));
  if (rests === undefined) return undefined;
  const results: string[] = [];
  for (const part of parts) {
    const middles = expandBraces(part);
    if (middles === undefined || results.length + middles.length * rests.length > maxVariants) return undefined;
    for (const middle of middles) for (const rest of rests) results.push(text.slice(0, start) + middle + rest);
  }
  return results;
}

interface Brace {
  start: number;
  /** Behind the closing brace. */
  end: number;
  parts: string[];
}

/** The first pair of braces that holds a list or a sequence. Others are part of a name. */
function findBrace(text: string): Brace | undefined {
  for (let start = text.indexOf("{"); start >= 0; start = text.indexOf("{", start + 1)) {
    const closed = closingBrace(text, start);
    if (closed === undefined) continue;
    const { end, commas } = closed;
    const inside = text.slice(start + 1, end - 1);
    const numbers = /^\s*(\d{1,9})\s*\.\.\s*(\d{1,9})\s*$/.exec(inside);
    if (numbers !== null) return { start, end, parts: sequence(Number(numbers[1]), Number(numbers[2])) };
    if (commas.length === 0) continue;
    const bounds = [start, ...commas, end - 1];
    const parts = bounds.slice(1).map((bound, i) => text.slice(bounds[i]! + 1, bound).trim());
    return { start, end, parts };
  }
  return undefined;
}

function closingBrace(text: string, start: number): { end: number; commas: number[] } | undefined {
  const commas: number[] = [];
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === "{") depth++;
    else if (character === "," && depth === 1) commas.push(at);
    else if (character === "}" && --depth === 0) return { end: at + 1, commas };
  }
  return undefined;
}

function sequence(first: number, last: number): string[] {
  const length = Math.max(0, Math.min(last - first + 1, maxVariants + 1));
  return Array.from({ length }, (_, i) => String(first + i));
}
