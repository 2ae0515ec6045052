/** Starts both stand-ins where the example's application.properties looks for them, and shows what they are asked. */
import { field, type Call } from "./calls.ts";
import { startGitLab } from "./gitlab.ts";
import { startPortal } from "./portal.ts";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const show = (who: string) => (call: Call, status: number) => {
  const { method, path, query, body } = call;
  const title = field(body, "payload", "title");
  const told = typeof title === "string" ? ` ${JSON.stringify(title)}` : "";
  say(`${who}  ${method} ${path}${query.size === 0 ? "" : `?${String(query)}`} ${status}${told}`);
};

await startPortal({ port: 7008, token: "portal-token", taskMs: 5000, show: show("portal") });
const gitlab = await startGitLab({ port: 7009, token: "gitlab-token", show: show("gitlab") });
say(`The stand-ins listen. Approve or deny at ${gitlab.url}/; Ctrl-C ends them.`);
