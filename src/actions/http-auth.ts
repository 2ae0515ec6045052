/** Credentials of an HTTP call that have to be made of others: basic authentication, OAuth 2 tokens. */
import { AutoFlowError } from "../core/errors.ts";
import { SecretText, type WireValue } from "../core/wire.ts";
import { fill, isObject, type SecretValue, shown, showText } from "./input-texts.ts";

export type HttpAuth = BasicAuth | OAuth2Auth;

export interface BasicAuth {
  kind: "basic";
  username: string;
  password: string;
}

/** RFC 6749, with secrets filled in: nothing of it but `shownEndpoint` may be shown. */
export interface OAuth2Auth {
  kind: "oauth2";
  grant: "client_credentials" | "password";
  endpoint: TokenEndpoint;
  shownEndpoint: string;
  clientId: string;
  clientSecret: string | undefined;
  /** How the client says who it is: in the header, in the body, or in the query. */
  clientAuth: "basic" | "post" | "query";
  username: string | undefined;
  password: string | undefined;
  scope: string | undefined;
  /** Further ones of the token request. */
  parameters: [string, string][];
}

/** "issuer": the server tells in its metadata where tokens are, or is itself the place. "discovery": the metadata's own address. */
export interface TokenEndpoint {
  kind: "token" | "issuer" | "discovery";
  url: URL;
}

const fieldsOfOAuth2 = [
  "kind",
  "grant",
  "token_url",
  "issuer",
  "discovery_url",
  "client_id",
  "client_secret",
  "client_auth",
  "username",
  "password",
  "scope",
  "parameters",
];

/**
 * The `auth` of an input: `{"kind": "basic", "username", "password"}`, or `{"kind": "oauth2", "grant": "client_credentials" |
 * "password", one of "token_url", "issuer", "discovery_url", "client_id", and as needed "client_secret", "client_auth": "basic" |
 * "post" | "query", "username", "password", "scope", "parameters": [[name, value], …]}`; all texts may hold secrets. Undefined for
 * none. Throws ACTION_INPUT_INVALID, SECRET_UNKNOWN.
 */
export function readAuth(value: WireValue | undefined, secret: SecretValue): HttpAuth | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalid(`it must be an object, got ${shown(value)}`);
  const fields = new Fields(value, secret);
  const kind = fields.required("kind");
  if (kind === "basic") return readBasic(fields);
  if (kind === "oauth2") return readOAuth2(fields);
  throw invalid(`kind must be "basic" or "oauth2", got ${JSON.stringify(kind)}`);
}

/** The credentials of basic authentication: as they are, and in base64 as they are sent. RFC 7617, section 2. */
export function basicCredentials(username: string, password: string): { plain: string; sent: string } {
  const plain = `${username}:${password}`;
  return { plain, sent: Buffer.from(plain).toString("base64") };
}

/** The credentials of a client that asks for a token. RFC 6749, section 2.3.1: both parts are form-encoded first. */
export function clientCredentials(id: string, secret: string): { plain: string; sent: string } {
  return basicCredentials(formEncoded(id), formEncoded(secret));
}

function formEncoded(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

class Fields {
  readonly #object: { [key: string]: WireValue };
  readonly #secret: SecretValue;

  constructor(object: { [key: string]: WireValue }, secret: SecretValue) {
    this.#object = object;
    this.#secret = secret;
  }

  /** Throws when there are others. */
  only(names: readonly string[]): void {
    const unknown = Object.keys(this.#object).find((name) => !names.includes(name));
    if (unknown !== undefined) throw invalid(`${JSON.stringify(unknown)} is not one of its fields`);
  }

  text(name: string): string | undefined {
    const value = this.#text(name);
    return value === undefined ? undefined : fill(value, this.#secret);
  }

  required(name: string): string {
    const text = this.text(name);
    if (text === undefined || text === "") throw invalid(`it has no ${name}`);
    return text;
  }

  shown(name: string): string {
    const value = this.#text(name);
    return value === undefined ? "" : showText(value);
  }

  pairs(name: string): [string, string][] {
    const value = this.#object[name] ?? [];
    if (!Array.isArray(value)) throw invalid(`${name} must be a list of [name, value] pairs, got ${shown(value)}`);
    return value.map((pair) => {
      const [key, text] = Array.isArray(pair) && pair.length === 2 ? pair : [];
      if (typeof key !== "string" || (typeof text !== "string" && !(text instanceof SecretText))) {
        throw invalid(`${name} must be a list of [name, value] pairs of texts`);
      }
      return [key, fill(text, this.#secret)];
    });
  }

  #text(name: string): string | SecretText | undefined {
    const value = this.#object[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string" && !(value instanceof SecretText))
      throw invalid(`${name} must be text, got ${shown(value)}`);
    return value;
  }
}

function readBasic(fields: Fields): BasicAuth {
  fields.only(["kind", "username", "password"]);
  const username = fields.required("username");
  // RFC 7617, section 2: the first colon ends the name.
  if (username.includes(":")) throw invalid("username must not have a colon");
  return { kind: "basic", username, password: fields.text("password") ?? "" };
}

function readOAuth2(fields: Fields): OAuth2Auth {
  fields.only(fieldsOfOAuth2);
  const grant = fields.required("grant");
  if (grant !== "client_credentials" && grant !== "password") {
    throw invalid(`grant must be "client_credentials" or "password", got ${JSON.stringify(grant)}`);
  }
  const clientAuth = fields.text("client_auth") ?? "basic";
  if (clientAuth !== "basic" && clientAuth !== "post" && clientAuth !== "query") {
    throw invalid(`client_auth must be "basic", "post" or "query", got ${JSON.stringify(clientAuth)}`);
  }
  return {
    kind: "oauth2",
    grant,
    ...readEndpoint(fields),
    clientId: fields.required("client_id"),
    clientSecret: fields.text("client_secret"),
    clientAuth,
    username: grant === "password" ? fields.required("username") : undefined,
    password: grant === "password" ? fields.required("password") : undefined,
    scope: fields.text("scope"),
    parameters: fields.pairs("parameters"),
  };
}

function readEndpoint(fields: Fields): { endpoint: TokenEndpoint; shownEndpoint: string } {
  for (const [name, kind] of [
    ["token_url", "token"],
    ["issuer", "issuer"],
    ["discovery_url", "discovery"],
  ] as const) {
    const text = fields.text(name);
    if (text === undefined) continue;
    const url = URL.parse(text);
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
      throw invalid(
        `${name} must be an absolute http or https address without a user, got ${JSON.stringify(fields.shown(name))}`,
      );
    }
    url.hash = "";
    return { endpoint: { kind, url }, shownEndpoint: fields.shown(name) };
  }
  throw invalid("it has no token_url, issuer or discovery_url");
}

function invalid(problem: string): AutoFlowError {
  return new AutoFlowError("ACTION_INPUT_INVALID", `input of the http action: auth: ${problem}`);
}
