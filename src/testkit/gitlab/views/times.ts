/** Times as GitLab writes them. */

/** "2026-11-02T14:06:51.000Z", as REST answers have it. */
export function isoTime(ms: number): string;
export function isoTime(ms: number | null): string | null;
export function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** "2026-11-02 14:06:51 UTC", as webhooks have it. */
export function hookTime(ms: number): string;
export function hookTime(ms: number | null): string | null;
export function hookTime(ms: number | null): string | null {
  return ms === null ? null : `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** "2026-11-02T14:06:51Z", as webhooks of members and projects have it. */
export function secondsTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** "2026-11-02T14:06:51+00:00": times of commits. */
export function commitTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
}

/** YYYY-MM-DD in UTC. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Seconds as GitLab's time tracking shows them, with days of 8 and weeks of 40 hours: "1w 2d 3h 30m"; null for none. */
export function humanDuration(seconds: number): string | null {
  if (seconds === 0) return null;
  let rest = Math.abs(seconds);
  const parts: string[] = [];
  for (const [unit, size] of [
    ["mo", 576_000],
    ["w", 144_000],
    ["d", 28_800],
    ["h", 3600],
    ["m", 60],
    ["s", 1],
  ] as const) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count}${unit}`);
    rest %= size;
  }
  return `${seconds < 0 ? "-" : ""}${parts.join(" ")}`;
}
