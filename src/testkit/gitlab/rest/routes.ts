/** All that is simulated below /api/v4. */
import { accessTokenRoutes } from "./access-tokens.ts";
import { activityRoutes } from "./activities.ts";
import { awardRoutes } from "./awards.ts";
import { branchRoutes } from "./branches.ts";
import { commitRoutes } from "./commits.ts";
import { environmentRoutes } from "./environments.ts";
import { epicRoutes } from "./epics.ts";
import { fileRoutes } from "./files.ts";
import { groupRoutes } from "./groups.ts";
import { hookRoutes } from "./hooks.ts";
import { instanceRoutes } from "./instance.ts";
import { issueLinkRoutes } from "./issue-links.ts";
import { issueRoutes } from "./issues.ts";
import { labelRoutes } from "./labels.ts";
import { memberRoutes } from "./members.ts";
import { mergeRequestApprovalRoutes } from "./merge-request-approvals.ts";
import { mergeRequestChangeRoutes } from "./merge-request-changes.ts";
import { mergeRequestRoutes } from "./merge-requests.ts";
import { milestoneRoutes } from "./milestones.ts";
import { noteRoutes } from "./notes.ts";
import { pipelineRoutes } from "./pipelines.ts";
import { projectRoutes } from "./projects.ts";
import { releaseRoutes } from "./releases.ts";
import { resourceEventRoutes } from "./resource-events.ts";
import { createRouter } from "./router.ts";
import { statusRoutes } from "./statuses.ts";
import { timeTrackingRoutes } from "./time-tracking.ts";
import { userRoutes } from "./users.ts";

export const router = createRouter([
  ...instanceRoutes,
  ...userRoutes,
  ...groupRoutes,
  ...projectRoutes,
  ...memberRoutes,
  ...labelRoutes,
  ...milestoneRoutes,
  ...issueRoutes,
  ...issueLinkRoutes,
  ...resourceEventRoutes,
  ...timeTrackingRoutes,
  ...noteRoutes,
  ...awardRoutes,
  ...mergeRequestRoutes,
  ...mergeRequestChangeRoutes,
  ...mergeRequestApprovalRoutes,
  ...epicRoutes,
  ...branchRoutes,
  ...commitRoutes,
  ...fileRoutes,
  ...pipelineRoutes,
  ...statusRoutes,
  ...releaseRoutes,
  ...environmentRoutes,
  ...hookRoutes,
  ...accessTokenRoutes,
  ...activityRoutes,
]);
