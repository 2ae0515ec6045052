/** Real time since a `performance.now()`, in ms with at most three digits behind the point. */
export function elapsedMs(since: number): number {
  return Math.round((performance.now() - since) * 1000) / 1000;
}
