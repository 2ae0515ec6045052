/** Webhooks as GitLab sends them when an issue changes, each of a wanted size and unlike the others. */
import { readFileSync } from "node:fs";

const recorded = new URL("../../src/events/testdata/webhooks/issue_updated.json", import.meta.url);

/** The headers of GitLab's delivery. */
export function webhookHeaders(deliveryId: string): Record<string, string> {
  return {
    "content-type": "application/json",
    "user-agent": "GitLab/18.5.0",
    "x-gitlab-instance": "https://gitlab.example.com",
    "x-gitlab-event": "Issue Hook",
    "idempotency-key": deliveryId,
  };
}

interface IssueHook {
  object_attributes: Record<string, unknown>;
  changes: unknown;
}

/** Gives bodies of exactly `bytes` bytes for issue after issue; prose in them does not repeat, so they compress as real ones do. */
export function issueBodies(bytes: number): (issue: number) => string {
  const hook = JSON.parse(readFileSync(recorded, "utf8")) as IssueHook;
  hook.changes = { updated_at: { previous: "2026-11-02 14:06:51 UTC", current: "2026-11-02 14:07:12 UTC" } };
  const attributes = hook.object_attributes;
  Object.assign(attributes, { iid: 1_111_111, id: 2_222_222, description: "@", action: "update" });
  delete (hook as { labels?: unknown }).labels;
  const [head = "", afterIid = ""] = JSON.stringify(hook).split("1111111");
  const marked = `${head}1111111${afterIid}`;
  const room = bytes - marked.length + 1;
  if (room < 0) throw new Error(`the recorded webhook has ${marked.length} bytes, more than ${bytes}`);
  const prose = endlessProse(room);
  return (issue) => {
    const number = String(1_000_000 + issue);
    return marked.replace("1111111", number).replace("2222222", number).replace('"@"', `"${prose()}"`);
  };
}

/** Texts of one length, cut from pseudo-random words at ever new places. */
function endlessProse(length: number): () => string {
  const random = pseudoRandom(7);
  const words = Array.from({ length: 3000 }, () =>
    Array.from({ length: 2 + random(9) }, () => "etaoinshrdlucmfwypvbgk"[Math.min(random(22), random(22))]).join(""),
  );
  let text = "";
  while (text.length < 1_000_000) text += `${words[Math.min(random(3000), random(3000))]} `;
  return () => {
    const at = random(text.length - length);
    return text.slice(at, at + length);
  };
}

/** Integers below a bound, always the same ones (a linear congruential generator). */
function pseudoRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
}
