/** What GitLab refuses, with the status and the body of its answer. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;

  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(textOf(body));
    this.name = "Refusal";
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** What an answer says, in words: "title can't be blank". */
function textOf(body: unknown): string {
  if (typeof body === "string") return body;
  const { message, error } = body as { message?: unknown; error?: unknown };
  const said = message ?? error;
  if (typeof said === "string") return said;
  if (Array.isArray(said)) return said.join(", ");
  if (typeof said !== "object" || said === null) return JSON.stringify(body);
  return Object.entries(said)
    .map(([name, texts]) => `${name}: ${[texts].flat().join(", ")}`)
    .join("; ");
}

/** 404, as `404 Issue Not Found`. */
export function notFound(what: string): Refusal {
  return new Refusal(404, { message: `404 ${what} Not Found` });
}

export function forbidden(reason?: string): Refusal {
  return new Refusal(403, { message: reason === undefined ? "403 Forbidden" : `403 Forbidden - ${reason}` });
}

export function unauthorized(): Refusal {
  return new Refusal(401, { message: "401 Unauthorized" });
}

/** A parameter is missing or has no such value: `{"error": "title is missing"}`. */
export function badParameter(error: string): Refusal {
  return new Refusal(400, { error });
}

/** The thing would not be valid: `{"message": {"title": ["can't be blank"]}}`. */
export function invalid(messages: Record<string, string[]>): Refusal {
  return new Refusal(400, { message: messages });
}

/** `{"message": "400 Bad request - …"}` */
export function badRequest(reason?: string): Refusal {
  return new Refusal(400, { message: reason === undefined ? "400 Bad request" : `400 Bad request - ${reason}` });
}

export function conflict(message: string): Refusal {
  return new Refusal(409, { message });
}

export function unprocessable(message: unknown): Refusal {
  return new Refusal(422, { message });
}
