/** The `temporal` block, from as it is written to as it is used. */
import { accessSync, constants } from "node:fs";
import path from "node:path";
import {
  isLoopbackHost,
  type CodecServerConfig,
  type Config,
  type TemporalConfig,
  type TemporalKey,
} from "./config.ts";
import { readKeyAt } from "./encryption-keys.ts";
import { splitHostPort } from "./host-port.ts";
import type { ConfigPath } from "./problem.ts";
import type { RawConfig } from "./schema.ts";
import type { SecretReader, Surroundings } from "./secret-reader.ts";
import { secretPlace } from "./secret-value.ts";
import type { Finding } from "./validate.ts";

interface Context {
  options: Surroundings;
  secrets: SecretReader;
  findings: Finding[];
}

type RawTemporal = RawConfig["temporal"];
type RawCodecServer = NonNullable<RawTemporal["workflow_data_encryption"]["codec_server"]>;

const block = "temporal";
const encryptionBlock = [block, "workflow_data_encryption"];

/** `named` are the keys of `encryption.keys`. Files are looked at for whether they can be read; keys are read. What is wrong ends up in the findings. */
export function resolveTemporal(raw: RawConfig, named: Config["encryptionKeys"], context: Context): TemporalConfig {
  const { temporal } = raw;
  const encryption = temporal.workflow_data_encryption;
  const hasKey = raw.encryption.keys.length > 0 || encryption.secret_key_file !== undefined;
  return {
    hostPort: temporal.host_port,
    namespace: temporal.namespace,
    taskQueue: temporal.task_queue,
    tls: resolveTls(temporal, context),
    apiKey: resolveApiKey(temporal, context),
    encryptionKeys: [...named, ...resolveUnnamedKey(encryption.secret_key_file, context)],
    keyPerProject: encryption.key_per_project,
    allowPlaintext: encryption.allow_plaintext,
    codecServer:
      encryption.codec_server === undefined ? undefined : resolveCodecServer(encryption.codec_server, hasKey, context),
    workerListen: { host: temporal.worker.listen.host, port: temporal.worker.listen.port },
    worker: {
      maxConcurrentWorkflowTasks: temporal.worker.max_concurrent_workflow_tasks,
      maxConcurrentActivities: temporal.worker.max_concurrent_activities,
      maxCachedWorkflows: temporal.worker.max_cached_workflows,
    },
  };
}

function resolveTls(temporal: RawTemporal, context: Context): TemporalConfig["tls"] {
  const client = filePair([block], temporal, context);
  const caCertificateFile = readableFile([block, "ca_certificate_file"], temporal.ca_certificate_file, context);
  const { server_name: serverName, enable_tls: enabled } = temporal;
  const needing = (["certificate_file", "ca_certificate_file", "server_name", "api_key"] as const).find(
    (name) => temporal[name] !== undefined,
  );
  if (enabled === false && needing !== undefined) {
    context.findings.push({ path: [block, "enable_tls"], message: `is false, and ${needing} is of use only with TLS` });
  }
  return (enabled ?? needing !== undefined) ? { client, caCertificateFile, serverName } : undefined;
}

function resolveApiKey({ api_key: ref, certificate_file }: RawTemporal, context: Context): TemporalConfig["apiKey"] {
  if (ref === undefined) return undefined;
  const at = [block, "api_key"];
  if (certificate_file !== undefined) {
    context.findings.push({ path: at, message: "is given, and certificate_file is too: a server wants one of them" });
  }
  // Read now only to tell what is missing; it is read again for the connection.
  context.secrets.optional(at, ref);
  return secretPlace(ref, context.options.folderOf(at));
}

function resolveUnnamedKey(file: string | undefined, { options, findings }: Context): TemporalKey[] {
  if (file === undefined) return [];
  const at = [...encryptionBlock, "secret_key_file"];
  const key = readKeyAt(at, { file: path.resolve(options.folderOf(at), file) }, options, findings);
  return key === undefined ? [] : [{ id: undefined, key }];
}

function resolveCodecServer(raw: RawCodecServer, hasKey: boolean, context: Context): CodecServerConfig {
  const at = [...encryptionBlock, "codec_server"];
  const { host = "0.0.0.0", port } = splitHostPort(raw.listen.address)!;
  if (!hasKey) {
    context.findings.push({
      path: at,
      message: "has nothing to decrypt: there is no key",
      hint: "Give secret_key_file, or encryption.keys.",
    });
  }
  const authentication = resolveAuthentication(at, raw, context.findings);
  if (authentication === undefined && !isLoopbackHost(host)) {
    context.findings.push({
      path: [...at, "listen"],
      message: `is ${raw.listen.address}, which other machines can reach, and nobody is asked who they are`,
      hint: "Give temporal_oidc_url and authorized_user_emails, or listen on 127.0.0.1.",
    });
  }
  return {
    listen: { host, port },
    tls: filePair([...at, "listen"], raw.listen, context),
    path: raw.path,
    webUiUrl: raw.temporal_web_ui_url,
    authentication,
  };
}

function resolveAuthentication(
  at: ConfigPath,
  { temporal_oidc_url: oidcUrl, audience, authorized_user_emails: authorizedUserEmails }: RawCodecServer,
  findings: Finding[],
): CodecServerConfig["authentication"] {
  if (oidcUrl === undefined && authorizedUserEmails === undefined) return undefined;
  if (oidcUrl === undefined || authorizedUserEmails === undefined) {
    const [given, missing] =
      oidcUrl === undefined
        ? ["authorized_user_emails", "temporal_oidc_url"]
        : ["temporal_oidc_url", "authorized_user_emails"];
    findings.push({ path: [...at, given], message: `needs ${missing} beside it` });
    // No lack of authentication, for what is checked after this.
    return { oidcUrl: oidcUrl ?? "", audience, authorizedUserEmails: authorizedUserEmails ?? [] };
  }
  const { protocol, hostname } = new URL(oidcUrl);
  if (protocol === "http:" && !isLoopbackHost(hostname.replaceAll(/[[\]]/g, ""))) {
    findings.push({
      path: [...at, "temporal_oidc_url"],
      message: "must begin with https: whoever can change its answer may read everything",
    });
  }
  return { oidcUrl, audience, authorizedUserEmails };
}

interface RawFilePair {
  certificate_file?: string;
  key_file?: string;
}

/** A certificate and its key, both or none. */
function filePair(
  at: ConfigPath,
  { certificate_file, key_file }: RawFilePair,
  context: Context,
): { certificateFile: string; keyFile: string } | undefined {
  if ((certificate_file === undefined) !== (key_file === undefined)) {
    const [given, missing] =
      certificate_file === undefined ? ["key_file", "certificate_file"] : ["certificate_file", "key_file"];
    context.findings.push({ path: [...at, given], message: `needs ${missing} beside it` });
  }
  const certificateFile = readableFile([...at, "certificate_file"], certificate_file, context);
  const keyFile = readableFile([...at, "key_file"], key_file, context);
  return certificateFile === undefined || keyFile === undefined ? undefined : { certificateFile, keyFile };
}

function readableFile(at: ConfigPath, file: string | undefined, { options, findings }: Context): string | undefined {
  if (file === undefined) return undefined;
  const absolute = path.resolve(options.folderOf(at), file);
  try {
    accessSync(absolute, constants.R_OK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? `there is no file ${absolute}` : message;
    findings.push({ path: at, message: `cannot be read: ${why}` });
  }
  return absolute;
}
