/** Stands in for a Backstage portal: software templates that take a few seconds, and notifications. */
import { field, serve, type Answer, type Call, type StandIn } from "./calls.ts";

export interface PortalOptions {
  port: number;
  token: string;
  /** How long a task takes, in ms. */
  taskMs: number;
  show: (call: Call, status: number) => void;
}

interface Task {
  id: string;
  startedAt: number;
  /** How it will end. */
  end: "completed" | "failed";
}

/** A component whose name ends in "-broken" is one that the template fails for. */
export function startPortal({ port, token, taskMs, show }: PortalOptions): Promise<StandIn> {
  const tasks = new Map<string, Task>();
  return serve(port, answer, show);

  function answer(call: Call): Answer {
    if (call.headers["authorization"] !== `Bearer ${token}`) {
      return { status: 401, body: { error: { name: "AuthenticationError", message: "Missing credentials" } } };
    }
    const { method, path } = call;
    if (method === "POST" && path === "/api/scaffolder/v2/tasks") return launch(call);
    if (method === "POST" && path === "/api/notifications") return notify(call);
    const task = tasks.get(path.slice("/api/scaffolder/v2/tasks/".length));
    return task === undefined
      ? { status: 404, body: { error: { name: "NotFoundError" } } }
      : { status: 200, body: shown(task) };
  }

  function launch({ body }: Call): Answer {
    if (typeof field(body, "templateRef") !== "string") {
      return { status: 400, body: { errors: [{ message: "templateRef is missing" }] } };
    }
    const id = `task-${tasks.size + 1}`;
    const broken = String(field(body, "values", "component_id")).endsWith("-broken");
    tasks.set(id, { id, startedAt: Date.now(), end: broken ? "failed" : "completed" });
    return { status: 201, body: { id } };
  }

  function shown({ id, startedAt, end }: Task): unknown {
    const age = Date.now() - startedAt;
    return { id, status: age < taskMs / 2 ? "open" : age < taskMs ? "processing" : end };
  }

  function notify({ body }: Call): Answer {
    if (typeof field(body, "payload", "title") !== "string" || field(body, "recipients", "type") === undefined) {
      return { status: 400, body: { error: { name: "InputError", message: "Invalid notification" } } };
    }
    return { status: 200, body: [{ id: "n1", user: "user:default/maria", payload: field(body, "payload") }] };
  }
}
