/** Temporal's packages, and that for gRPC, are optional: what needs them is loaded only by those who use Temporal. */
import { readFileSync } from "node:fs";
import { AutoFlowError } from "../core/errors.ts";

/** What `load` imports. Throws TEMPORAL_NOT_INSTALLED, with the command that installs them, when one of them is missing. */
export async function withTemporalPackages<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const missing = missingPackage(error);
    if (missing === undefined) throw error;
    const packages = temporalPackages().map(([name, version]) => `${name}@${version}`);
    throw new AutoFlowError("TEMPORAL_NOT_INSTALLED", `the package ${missing} cannot be loaded`, {
      cause: error,
      hint: `Install Temporal's packages: npm install ${packages.join(" ")}`,
    });
  }
}

/** The name of the optional package that an import did not find; the native part of one of Temporal's may be missing too. */
function missingPackage(error: unknown): string | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  const isMissing = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND" || code === "ERR_DLOPEN_FAILED";
  return isMissing ? /@(?:temporalio|grpc)[/\\][\w-]+/.exec(message)?.[0].replace("\\", "/") : undefined;
}

/** Those that package.json names, with their versions. */
function temporalPackages(): [name: string, version: string][] {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { optionalDependencies } = JSON.parse(text) as { optionalDependencies: Record<string, string> };
  return Object.entries(optionalDependencies);
}
