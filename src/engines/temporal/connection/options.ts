/** How a Temporal server is reached. */
import type { TemporalTls } from "../../../config/config.ts";
import type { SecretPlace } from "../../../config/secret-value.ts";
import type { Environment } from "../../../config/environment.ts";

/** The part of the configuration's `temporal` block that says where the server is and who we are. */
export interface ConnectionOptions {
  /** The frontend, as "host:port"; an IPv6 address in brackets. */
  hostPort: string;
  namespace: string;
  /** Undefined: without TLS, unless there is an API key. */
  tls?: TemporalTls | undefined;
  apiKey?: SecretPlace | undefined;
  /** Where an API key of the environment is looked up; this process's own when absent. */
  environment?: Environment;
}

const defaultPort = 7233;

/** Host, without brackets, and port of the server. */
export function hostAndPort({ hostPort }: Pick<ConnectionOptions, "hostPort">): { host: string; port: number } {
  const { hostname, port } = new URL(`temporal://${hostPort}`);
  return { host: hostname.replaceAll(/[[\]]/g, ""), port: port === "" ? defaultPort : Number(port) };
}
