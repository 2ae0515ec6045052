/** Downloads Temporal's CLI of a version into a folder: `node dev-server-download.ts <folder> <version>`. */
import { Runtime } from "@temporalio/worker";

const [folder = ".", version = "default"] = process.argv.slice(2);
const runtime = Runtime.instance();
const server = await runtime.createEphemeralServer({
  type: "dev-server",
  exe: { type: "cached-download", downloadDir: folder, version, ttl: 0, sdkName: "", sdkVersion: "" },
  namespace: "default",
  ip: "127.0.0.1",
  port: null,
  uiPort: null,
  dbFilename: null,
  ui: false,
  log: { format: "json", level: "error" },
  extraArgs: [],
});
await runtime.shutdownEphemeralServer(server);
await runtime.shutdown();
