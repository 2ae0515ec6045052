/** Words in descriptions and commits that close issues: "Closes #12, #13 and #14". */
const pattern =
  /\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?):?\s+((?:(?:issues?\s+)?#\d+(?:,?\s+and\s+|,\s*)?)+)/gi;

/** The iids of the issues, in the order in which they are named. */
export function closingReferences(text: string): number[] {
  const iids: number[] = [];
  for (const [, list] of text.matchAll(pattern)) {
    for (const [, iid] of list!.matchAll(/#(\d+)/g)) iids.push(Number(iid));
  }
  return iids;
}
