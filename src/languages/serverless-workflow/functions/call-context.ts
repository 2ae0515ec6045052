/** What a call needs to know of the run that makes it. */
import type { JqObject } from "../../jq/value.ts";

export interface CallContext {
  runId: string;
  workflow: { id: string; version: string };
  /** The value of a property, with the places of secrets in it; undefined when it is not configured. */
  property: (key: string) => string | undefined;
  /** The name of the environment that a configured property lacks; undefined when it lacks none. */
  missingFor?: (key: string) => string | undefined;
  /** A definition of the workflow's `auth`, its properties evaluated; undefined when there is none of the name. */
  auth: (name: string) => { scheme: "basic" | "bearer" | "oauth2"; properties: JqObject } | undefined;
  /** GraphQL: the fields to select, where the action says. */
  selectionSet?: string;
}
