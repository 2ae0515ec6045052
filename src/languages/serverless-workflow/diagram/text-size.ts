/** How wide a text is at most, without a font to measure. */

/** Of the font size: wider than the letters of usual sans-serif fonts are on average. */
const letterWidth = 0.62;

/** Full-width characters and emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** In pixels. */
export function textWidth(text: string, fontSize: number): number {
  let units = 0;
  for (const character of text)
    units += wide.test(character) ? 1.1 : /[A-Z@%&mwMW]/.test(character) ? 0.85 : letterWidth;
  return Math.ceil(units * fontSize);
}

/** On one line and at most so wide, with "…" where something was cut off. */
export function fitted(text: string, fontSize: number, most: number): string {
  const plain = text.replaceAll(/\s+/g, " ").trim();
  if (textWidth(plain, fontSize) <= most) return plain;
  const characters = Array.from(plain);
  while (characters.length > 1 && textWidth(`${characters.join("")}…`, fontSize) > most) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}
