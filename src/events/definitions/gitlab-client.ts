/** A small client of GitLab's REST API: patient with a busy server, clear about a refusal, careful with the token. */
import { AutoFlowError } from "../../core/errors.ts";
import type { Failure } from "../../core/failure.ts";
import type { Clock } from "../../core/ports.ts";
import { retryDelay, type RetryPolicy } from "../../core/retry.ts";
import { maxFileBytes } from "./project-files.ts";

export interface GitLabClientOptions {
  /** Of the instance: "https://gitlab.example.com", with a path when GitLab lives under one. */
  url: string;
  /** A personal, group or project access token that may read the API and the repository. */
  token?: string;
  clock: Clock;
  /** For one attempt, in ms. */
  timeoutMs?: number;
  /** Bytes of one answer. */
  maxBytes?: number;
  /** How often a request is made when it fails; 4 times unless said otherwise. */
  maxAttempts?: number;
}

const retry: RetryPolicy = { maxAttempts: 4, initialMs: 500, factor: 3, maxMs: 10_000, expiresMs: 60_000 };
const maxRedirects = 3;

/** What became of one attempt. */
type Answer = { bytes: Uint8Array | "too large" } | { missing: true } | { failure: Failure };

/** Only reads, so every request may be made again. */
export class GitLabClient {
  readonly #base: URL;
  readonly #options: GitLabClientOptions;

  /** Throws CONFIG_INVALID when the address is none. */
  constructor(options: GitLabClientOptions) {
    this.#options = options;
    if (!/^https?:\/\//.test(options.url) || !URL.canParse(options.url)) {
      throw new AutoFlowError(
        "CONFIG_INVALID",
        `${JSON.stringify(options.url)} is not the address of a GitLab instance`,
        {
          hint: 'Write it like "https://gitlab.example.com".',
        },
      );
    }
    this.#base = new URL(`${options.url.replace(/\/+$/, "")}/api/v4/`);
  }

  /** The parsed JSON at a path below /api/v4/, or undefined for 404. Throws SCRIPT_SOURCE_UNAVAILABLE. */
  async json(path: string, signal: AbortSignal): Promise<unknown> {
    const text = await this.text(path, signal);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw unavailable(`${this.#name(path)} was not answered with JSON`, { cause });
    }
  }

  /** The text at a path below /api/v4/, or undefined for 404. Throws SCRIPT_SOURCE_UNAVAILABLE. */
  async text(path: string, signal: AbortSignal): Promise<string | undefined> {
    const bytes = await this.bytes(path, signal);
    if (bytes === "too large") {
      throw unavailable(`${this.#name(path)} was answered with more than ${this.#maxBytes} bytes`);
    }
    return bytes === undefined ? undefined : new TextDecoder("utf-8").decode(bytes);
  }

  /** What is at a path below /api/v4/, or undefined for 404. Throws SCRIPT_SOURCE_UNAVAILABLE. */
  async bytes(path: string, signal: AbortSignal): Promise<Uint8Array | "too large" | undefined> {
    const { clock, maxAttempts = retry.maxAttempts } = this.#options;
    const firstAt = clock.now();
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#attempt(path, signal);
      if ("bytes" in answer) return answer.bytes;
      if ("missing" in answer) return undefined;
      const { failure } = answer;
      const question = {
        policy: { ...retry, maxAttempts },
        attempt,
        failure,
        elapsedMs: clock.now() - firstAt,
        jitter: 0.5,
      };
      const delay = signal.aborted ? undefined : retryDelay(question);
      if (delay === undefined)
        throw unavailable(failure.message, { data: { attempts: attempt, ...asData(failure.details) } });
      await this.#sleep(delay, signal);
    }
  }

  async #attempt(path: string, signal: AbortSignal): Promise<Answer> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(this.#options.timeoutMs ?? 10_000)]);
    try {
      const response = await this.#fetch(new URL(path, this.#base), limit);
      if (response.ok) return { bytes: await this.#read(response) };
      await response.body?.cancel();
      return response.status === 404 ? { missing: true } : { failure: this.#refusal(path, response) };
    } catch (error) {
      if (error instanceof AutoFlowError) throw error;
      return { failure: this.#noAnswer(path, error) };
    }
  }

  /** Follows redirects within the instance only: the token goes nowhere else. */
  async #fetch(url: URL, signal: AbortSignal): Promise<Response> {
    const { token } = this.#options;
    const headers = {
      accept: "application/json, text/plain",
      ...(token === undefined ? {} : { "private-token": token }),
    };
    let target = url;
    for (let hops = 0; ; hops++) {
      const response = await fetch(target, { headers, signal, redirect: "manual" });
      const location = response.headers.get("location");
      if (response.status < 300 || response.status > 399 || location === null) return response;
      await response.body?.cancel();
      const next = new URL(location, target);
      if (next.origin !== this.#base.origin || hops === maxRedirects) {
        throw unavailable(`GitLab at ${this.#base.origin} redirects to ${next.origin}`, {
          hint: "Configure the address that GitLab itself uses; a token is not sent to another one.",
        });
      }
      target = next;
    }
  }

  async #read(response: Response): Promise<Uint8Array | "too large"> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > this.#maxBytes) return "too large";
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  get #maxBytes(): number {
    return this.#options.maxBytes ?? maxFileBytes;
  }

  /** Of the instance, as it was configured. */
  get url(): string {
    return this.#options.url;
  }

  #refusal(path: string, response: Response): Failure {
    const { status } = response;
    const retryAfterMs = retryAfter(response.headers.get("retry-after"), this.#options.clock.now());
    return {
      type: "http",
      code: "SCRIPT_SOURCE_UNAVAILABLE",
      message: `${this.#name(path)} was answered with status ${status}${reasons.get(status) ?? ""}`,
      retryable: status === 429 || status >= 500,
      details: { status },
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }

  #noAnswer(path: string, error: unknown): Failure {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error ? cause.message : String(cause);
    return {
      type: "http",
      code: "SCRIPT_SOURCE_UNAVAILABLE",
      message: `${this.#name(path)} got no answer: ${why}`,
      retryable: true,
    };
  }

  #name(path: string): string {
    return `GET ${this.#base.href}${path}`;
  }

  #sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.setTimer(delayMs, done);
      function done(): void {
        timer.cancel();
        signal.removeEventListener("abort", done);
        resolve();
      }
      signal.addEventListener("abort", done, { once: true });
    });
  }
}

const reasons = new Map([
  [401, ": the token is missing, wrong or expired"],
  [403, ": the token may not read this; it needs the scopes read_api and read_repository"],
  [429, ": too many requests"],
]);

function unavailable(message: string, details: ConstructorParameters<typeof AutoFlowError>[2] = {}): AutoFlowError {
  return new AutoFlowError("SCRIPT_SOURCE_UNAVAILABLE", message, details);
}

function asData(details: unknown): Record<string, unknown> {
  return typeof details === "object" && details !== null ? { ...details } : {};
}

/** Retry-After in ms: seconds or an HTTP date (RFC 9110, section 10.2.3). */
function retryAfter(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
