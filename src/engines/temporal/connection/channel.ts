/** The client's connection. It stays the same object when files rotate: each TCP connection begins with what is current then. */
import { experimental, type ChannelCredentials } from "@grpc/grpc-js";
import { Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from "@temporalio/client";
import { cancelWhenClosed } from "./closed-channel.ts";
import { trustedAuthorities, type Credentials, type TlsMaterial } from "./credentials.ts";
import { tellLastReason } from "./last-reason.ts";
import type { ConnectionOptions } from "./options.ts";

/** Tells the credentials that are current. */
export type CurrentCredentials = () => Credentials;

export interface Channel {
  readonly connection: Connection;
  /** To be called when the credentials have changed. */
  renew(): void;
}

/** Nothing is sent yet: the first request connects. */
export function openChannel({ hostPort }: ConnectionOptions, current: CurrentCredentials, timeoutMs: number): Channel {
  const { tls, apiKey } = current();
  const source = tls === undefined ? undefined : new CertificateSource(() => current().tls!);
  const connection = Connection.lazy({
    address: hostPort,
    connectTimeout: timeoutMs,
    interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions()), tellLastReason(), cancelWhenClosed()],
    // The worker's connection knows no proxy from the environment, so this one knows none either.
    channelArgs: { "grpc.enable_http_proxy": 0, ...nameArguments(tls?.serverName) },
    ...(source === undefined ? { tls: false } : { credentials: source.credentials(tls?.client !== undefined) }),
  });
  if (apiKey !== undefined) connection.setApiKey(() => current().apiKey ?? "");
  return { connection, renew: () => source?.renew() };
}

function nameArguments(serverName: string | undefined): Record<string, string> {
  if (serverName === undefined) return {};
  return { "grpc.ssl_target_name_override": serverName, "grpc.default_authority": serverName };
}

type AuthorityListener = experimental.CaCertificateUpdateListener;
type IdentityListener = experimental.IdentityCertificateUpdateListener;

/** Hands certificates to gRPC, which asks for those of the moment whenever it connects. */
class CertificateSource implements experimental.CertificateProvider {
  readonly #current: () => TlsMaterial;
  readonly #authorityListeners = new Set<AuthorityListener>();
  readonly #identityListeners = new Set<IdentityListener>();

  constructor(current: () => TlsMaterial) {
    this.#current = current;
  }

  credentials(hasIdentity: boolean): ChannelCredentials {
    return experimental.createCertificateProviderChannelCredentials(this, hasIdentity ? this : null);
  }

  renew(): void {
    for (const tell of this.#authorityListeners) this.#tellAuthorities(tell);
    for (const tell of this.#identityListeners) this.#tellIdentity(tell);
  }

  addCaCertificateListener(listener: AuthorityListener): void {
    this.#authorityListeners.add(listener);
    this.#tellAuthorities(listener);
  }

  removeCaCertificateListener(listener: AuthorityListener): void {
    this.#authorityListeners.delete(listener);
  }

  addIdentityCertificateListener(listener: IdentityListener): void {
    this.#identityListeners.add(listener);
    this.#tellIdentity(listener);
  }

  removeIdentityCertificateListener(listener: IdentityListener): void {
    this.#identityListeners.delete(listener);
  }

  #tellAuthorities(listener: AuthorityListener): void {
    listener({ caCertificate: trustedAuthorities(this.#current()) });
  }

  #tellIdentity(listener: IdentityListener): void {
    const { client } = this.#current();
    listener(client === undefined ? null : { certificate: client.certificate, privateKey: client.key });
  }
}
