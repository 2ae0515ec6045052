/** Installs the Python client before the tests, outside of their time limits. Without Python its tests are skipped, and say so. */
import { providePythonClient } from "./python-client.ts";

const found = await providePythonClient();
if ("missing" in found)
  process.stderr.write(`The simulated GitLab is not tested with python-gitlab: ${found.missing}\n`);
