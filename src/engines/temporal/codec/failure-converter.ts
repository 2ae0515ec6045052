/** Errors to failures and back. Loaded by path, by clients and workers and into the sandbox: it may import nothing of Node. */
import { DefaultFailureConverter } from "@temporalio/common";

/** Puts message and stack trace into a payload, so that codecs encrypt them. A failure's type stays readable. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
