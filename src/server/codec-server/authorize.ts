/** Who may use the codec server: a person with a token of the identity provider whose e-mail address is on the list. */
import type { IncomingHttpHeaders } from "node:http";
import { errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from "jose";
import { AutoFlowError } from "../../core/errors.ts";
import type { Clock } from "../../core/ports.ts";
import type { IdentityProvider } from "./identity-provider.ts";

export interface AuthorizerOptions {
  provider: () => Promise<IdentityProvider>;
  /** Who a token may be meant for; any of the provider's tokens is taken when absent. */
  audience?: readonly string[] | undefined;
  authorizedEmails: readonly string[];
  /** Claims that may hold the e-mail address, the first that is there counts. */
  emailClaims?: readonly string[] | undefined;
  clock: Pick<Clock, "now">;
}

/** The person behind a request. Rejects with CODEC_TOKEN_REQUIRED, CODEC_ACCESS_DENIED or CODEC_PROVIDER_UNREACHABLE. */
export type Authorizer = (headers: IncomingHttpHeaders) => Promise<{ email: string }>;

/** Only signatures: with one of these nobody can make a token who knows no more than the provider publishes. */
const algorithms = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" ");

const clockToleranceSeconds = 30;

/** The standard claim, and that of Temporal Cloud's access tokens. */
const emailClaimsByDefault = ["email", "https://saas-api.tmprl.cloud/user/email"];

export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { authorizedEmails, emailClaims = emailClaimsByDefault } = options;
  const authorized = new Set(authorizedEmails.map(comparable));
  return async (headers) => {
    const token = bearerToken(headers.authorization);
    const { issuer, keys } = await options.provider();
    const wanted: JWTVerifyOptions = {
      issuer,
      algorithms,
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(options.clock.now()),
      requiredClaims: ["exp"],
      ...(options.audience !== undefined && { audience: [...options.audience] }),
    };
    const verify = async (text: string, name: string): Promise<JWTPayload> => {
      try {
        return (await jwtVerify(text, keys, wanted)).payload;
      } catch (error) {
        throw refusal(error, name, wanted);
      }
    };

    let claims = await verify(token, "token");
    const idToken = headers["authorization-extras"];
    if (emailClaim(claims, emailClaims) === undefined && typeof idToken === "string") {
      claims = sameSubject(claims, await verify(idToken, "ID token"));
    }
    const email = verifiedEmail(claims, emailClaims);
    if (authorized.has(comparable(email))) return { email };
    throw new AutoFlowError("CODEC_ACCESS_DENIED", `${JSON.stringify(email)} is not in authorized_user_emails`);
  };
}

function bearerToken(header: string | undefined): string {
  if (header === undefined) throw new AutoFlowError("CODEC_TOKEN_REQUIRED", "the request has no token");
  const [, token] = /^Bearer +(\S+)$/i.exec(header) ?? [];
  if (token !== undefined) return token;
  throw new AutoFlowError("CODEC_TOKEN_REQUIRED", "the Authorization header holds no bearer token");
}

/** Many providers put the address into the ID token only, which Temporal's web app sends along. */
function sameSubject(access: JWTPayload, id: JWTPayload): JWTPayload {
  if (access.sub !== undefined && access.sub === id.sub) return id;
  throw new AutoFlowError("CODEC_TOKEN_REQUIRED", "the access token and the ID token are of different people");
}

function emailClaim(claims: JWTPayload, names: readonly string[]): string | undefined {
  return names.find((name) => claims[name] !== undefined);
}

function verifiedEmail(claims: JWTPayload, names: readonly string[]): string {
  const name = emailClaim(claims, names);
  const email = name === undefined ? undefined : claims[name];
  if (typeof email !== "string" || email === "") {
    throw new AutoFlowError("CODEC_ACCESS_DENIED", `the token holds no e-mail address (${names.join(", ")})`, {
      hint: "Let the provider put the claim into access tokens, or let Temporal's web app ask for the scope `email`.",
    });
  }
  const told = [claims["email_verified"], claims[`${name}_verified`]].filter((value) => value !== undefined);
  // Some providers write it as a text.
  if (told.every((value) => value === true || value === "true")) return email;
  throw new AutoFlowError("CODEC_ACCESS_DENIED", `the e-mail address ${JSON.stringify(email)} is not verified`, {
    hint: "Verify the address at the identity provider and log in again.",
  });
}

/** Letters of ASCII only: other letters have lower cases that are letters of other people's addresses. */
function comparable(email: string): string {
  return email.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function refusal(error: unknown, name: string, wanted: JWTVerifyOptions): AutoFlowError {
  if (error instanceof AutoFlowError) return error;
  if (error instanceof errors.JWKSInvalid || error instanceof errors.JWKSTimeout) {
    const message = `the provider's keys cannot be read: ${error.message}`;
    return new AutoFlowError("CODEC_PROVIDER_UNREACHABLE", message, { cause: error });
  }
  return new AutoFlowError("CODEC_TOKEN_REQUIRED", `the ${name} ${problemOf(error, wanted)}`, { cause: error });
}

function problemOf(error: unknown, { issuer, audience }: JWTVerifyOptions): string {
  if (error instanceof errors.JWTExpired)
    return `expired at ${new Date((error.payload.exp ?? 0) * 1000).toISOString()}`;
  if (error instanceof errors.JWTClaimValidationFailed) {
    const got = JSON.stringify(error.payload[error.claim])?.slice(0, 200) ?? "missing";
    if (error.claim === "iss") return `is of the issuer ${got}, and ${JSON.stringify(issuer)} is needed`;
    if (error.claim === "aud") return `is meant for ${got}, and one of ${JSON.stringify(audience)} is needed`;
    return `has a claim ${error.claim} that does not hold: ${got}`;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return "has a signature that does not match";
  if (error instanceof errors.JOSEAlgNotAllowed) return `is not signed by one of ${algorithms.join(", ")}`;
  if (error instanceof errors.JWKSNoMatchingKey) return "is signed with a key that the provider does not publish";
  return "is no signed JWT that can be checked";
}
