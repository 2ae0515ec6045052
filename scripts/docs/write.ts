/** npm run docs: writes the reference pages that are made from code. */
import { writeFileSync } from "node:fs";
import { renderCliPage } from "./cli-page.ts";
import { renderConfigurationPage } from "./configuration-page.ts";
import { renderErrorsPage } from "./errors-page.ts";
import { renderEventsPage } from "./events-page.ts";
import { renderGitLabLibraryPage, renderLibraryPage } from "./library-page.ts";
import { renderLintRulesPage } from "./lint-rules-page.ts";
import { renderPayloadShapes } from "./payload-shapes.ts";
import { renderStubs } from "../../src/languages/starlark/editor/stubs.ts";
import { gitlabEventTypes } from "../../src/events/gitlab/event-types.ts";
import { renderStarlarkApiPage } from "./starlark-api-page.ts";
import { renderWorkflowRulesPage } from "./workflow-rules-page.ts";

writeFileSync(new URL("../../docs/reference/cli.md", import.meta.url), await renderCliPage());
writeFileSync(new URL("../../docs/reference/errors.md", import.meta.url), renderErrorsPage());
writeFileSync(new URL("../../docs/reference/configuration.md", import.meta.url), renderConfigurationPage());
writeFileSync(new URL("../../docs/reference/events.md", import.meta.url), renderEventsPage());
writeFileSync(new URL("../../docs/reference/starlark-api.md", import.meta.url), renderStarlarkApiPage());
writeFileSync(new URL("../../src/events/gitlab/payload-shapes.ts", import.meta.url), renderPayloadShapes());
writeFileSync(new URL("../../docs/reference/library.md", import.meta.url), renderLibraryPage());
writeFileSync(new URL("../../docs/reference/gitlab-library.md", import.meta.url), renderGitLabLibraryPage());
writeFileSync(new URL("../../docs/reference/lint-rules.md", import.meta.url), renderLintRulesPage());
writeFileSync(new URL("../../docs/reference/workflow-rules.md", import.meta.url), renderWorkflowRulesPage());
writeFileSync(new URL("../../docs/reference/autoflow.pyi", import.meta.url), renderStubs(gitlabEventTypes()));
