/** npm run docs: writes the reference pages that are made from code. */
import { writeFileSync } from "node:fs";
import { renderErrorsPage } from "./errors-page.ts";

writeFileSync(new URL("../../docs/reference/errors.md", import.meta.url), renderErrorsPage());
