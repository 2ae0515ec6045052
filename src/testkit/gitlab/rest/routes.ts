/** All that is simulated below /api/v4. */
import { createRouter } from "./router.ts";
import { hookRoutes } from "./hooks.ts";
import { instanceRoutes } from "./instance.ts";
import { issueRoutes } from "./issues.ts";
import { labelRoutes } from "./labels.ts";
import { noteRoutes } from "./notes.ts";
import { projectRoutes } from "./projects.ts";
import { userRoutes } from "./users.ts";

export const router = createRouter([
  ...instanceRoutes,
  ...userRoutes,
  ...projectRoutes,
  ...labelRoutes,
  ...issueRoutes,
  ...noteRoutes,
  ...hookRoutes,
]);
