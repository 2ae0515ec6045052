/** What `autoflow doctor` checks about the server. */
import { readServerNote } from "../client.ts";
import { ok, problem, type Finding } from "../../core/finding.ts";

/** The server that the option names, or the one that runs with the data folder; none is no problem unless one was named. */
export async function checkServer(folder: string, named: string | undefined): Promise<Finding> {
  const url = named ?? readServerNote(folder)?.url;
  if (url === undefined) return ok("server", "none runs with this data folder");
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5000) });
    if (answer.ok) return ok("server", `${url} is ready`);
    return problem("server", `${url} is not ready: ${(await answer.text()).slice(0, 500)}`, "See the server's log.");
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    return problem(
      "server",
      `${url} does not answer: ${(cause as Error).message}`,
      "See whether it runs, and its log.",
    );
  }
}
