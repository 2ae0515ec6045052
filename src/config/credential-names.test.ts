import assert from "node:assert/strict";
import { it } from "node:test";
import { isCredential } from "./credential-names.ts";

it("names of credentials are told from others", () => {
  const credentials = ["GITLAB_TOKEN", "BACKSTAGE_BACKEND_BEARER_TOKEN", "db.password", "clientSecret", "API_KEY"];
  credentials.push("apikey", "BASIC_AUTH", "MY_PWD", "ssh-key", "privateKeyPem", "accessToken", "GITLAB_PAT");
  for (const name of credentials) assert.ok(isCredential(name, "x"), name);
  const others = [
    "GITLAB_URL",
    "SWT_REF",
    "AUTHOR",
    "MONKEY",
    "KEYBOARD",
    "PATH",
    "COMPASS",
    "HOME",
    "BACKSTAGE_BACKEND_URL",
  ];
  for (const name of others) assert.ok(!isCredential(name, "x"), name);
});

it("an address with a password is a credential whatever it is called", () => {
  assert.ok(isCredential("DATABASE", "postgres://me:s3cret@db/x"));
  assert.ok(!isCredential("ADDRESS", "https://me@host/a:b@c"));
  assert.ok(!isCredential("ADDRESS", "https://host:8080/"));
});
