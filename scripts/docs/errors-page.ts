/** docs/reference/errors.md as the error catalogue has it. */
import { catalogue } from "../../src/core/error-catalogue.ts";

const introduction = `# Errors

Every error that a user can meet has a code. The command line prints \`CODE: what happened\`, the place (file, line and column)
where there is one, and what to do next; it ends with the exit code given here. The HTTP API answers with the status given here and
the same code in the body. In a run, the code is in the error that the run failed with.

This page is written by \`npm run docs\` from \`src/core/error-catalogue.ts\`; a test fails when the two differ.

| Exit code | Meaning |
|---|---|
| 0 | done |
| 1 | the run, or the command itself, failed |
| 2 | wrong usage or wrong input |
| 3 | not found |
| 4 | denied |
| 5 | timeout |
| 6 | unreachable |
`;

/** The whole page, in the order of the catalogue. */
export function renderErrorsPage(): string {
  const sections = Object.entries(catalogue).map(([code, entry]) => {
    const { meaning, hint, httpStatus, exitCode } = entry;
    return `## ${code}\n\n${meaning}\n\nWhat to do: ${hint}\n\nHTTP status ${httpStatus}, exit code ${exitCode}.\n`;
  });
  return [introduction, ...sections].join("\n");
}
