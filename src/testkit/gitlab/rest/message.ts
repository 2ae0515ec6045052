/** Requests and answers as both faces of the simulation have them. */

export interface GitLabRequest {
  method: string;
  /** Below the instance's address, still percent-encoded: "/api/v4/projects/atlas%2Fbeacon/issues?state=opened". */
  path: string;
  /** Lower-case names. */
  headers?: Readonly<Record<string, string>>;
  /** A JSON value; bytes or text in the form that `content-type` names. */
  body?: unknown;
}

export interface GitLabResponse {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** A JSON value that nothing else refers to; bytes of raw content; undefined: no body. */
  body: unknown;
  /** What a fault does to the answer on its way. */
  delayMs?: number;
  /** The connection ends without an answer. */
  isDropped?: true;
}

/** Content that is no JSON. */
export class RawContent {
  readonly bytes: Uint8Array;
  readonly type: string;
  constructor(bytes: Uint8Array, type: string) {
    this.bytes = bytes;
    this.type = type;
  }
}
