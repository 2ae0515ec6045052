/** Calls services with TLS and prints what they answer; run with NODE_EXTRA_CA_CERTS, which Node reads when it starts. */
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { loadPackageDefinition, Server, ServerCredentials, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { secret, valueFrom } from "./calls.ts";

const testdata = new URL("../../src/actions/testdata/", import.meta.url).pathname;
const read = (name: string): string => readFileSync(testdata + name, "utf8");
const [key, cert, proto] = [read("self-signed.key"), read("self-signed.crt"), read("echo.proto")];

const https = createServer({ key, cert }, (request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(
    JSON.stringify(
      request.url?.startsWith("/token")
        ? { access_token: "a-token" }
        : { by: "https", authorized: request.headers.authorization === "Bearer a-token" },
    ),
  );
});
await new Promise<void>((listening) => https.listen(0, "127.0.0.1", listening));
const url = `https://localhost:${(https.address() as AddressInfo).port}`;
const login = { type: "oauth2", flows: { clientCredentials: { tokenUrl: `${url}/token`, scopes: {} } } };
const document = {
  openapi: "3.0.0",
  servers: [{ url }],
  paths: { "/a": { get: { operationId: "a", responses: {} } } },
  components: { securitySchemes: { login } },
};
const properties = {
  "quarkus.oidc-client.login.client-id": "flow",
  "quarkus.oidc-client.login.credentials.secret": secret.TOKEN,
};
const overHttps = await valueFrom("a.json#a", {}, { files: { "a.json": JSON.stringify(document) }, properties });

const definition = loadPackageDefinition(loadSync(`${testdata}echo.proto`)) as unknown as {
  test: { v1: { Echo: ServiceClientConstructor } };
};
const grpc = new Server();
grpc.addService(definition.test.v1.Echo.service, {
  Say: ({ request }: { request: unknown }, answer: (error: null, value: unknown) => void) => answer(null, request),
});
const credentials = ServerCredentials.createSsl(null, [
  { private_key: Buffer.from(key), cert_chain: Buffer.from(cert) },
]);
const port = await new Promise<number>((fulfil, reject) => {
  grpc.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error === null ? fulfil(bound) : reject(error)));
});
const overGrpc = await valueFrom(
  "echo.proto#Echo#Say",
  { text: "hello" },
  {
    files: { "echo.proto": proto },
    definition: { type: "rpc" },
    properties: { "quarkus.grpc.clients.Echo.host": `https://localhost:${port}` },
  },
);
process.stdout.write(`${JSON.stringify([overHttps, overGrpc])}\n`);
https.closeAllConnections();
https.close();
grpc.forceShutdown();
