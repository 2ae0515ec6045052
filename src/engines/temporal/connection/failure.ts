/** Errors of the service in the words of AutoFlow. */
import { isGrpcServiceError } from "@temporalio/client";
import { AutoFlowError } from "../../../core/errors.ts";
import type { ConnectionOptions } from "./options.ts";

const grpcCode = { deadlineExceeded: 4, notFound: 5, permissionDenied: 7, unavailable: 14, unauthenticated: 16 };

type Place = Pick<ConnectionOptions, "hostPort" | "namespace">;

/**
 * What a failed request says about the connection: TEMPORAL_UNREACHABLE, TEMPORAL_UNAUTHORIZED or TEMPORAL_NAMESPACE_MISSING;
 * undefined for an error that is about the request.
 */
export function connectionFailure(error: unknown, { hostPort, namespace }: Place): AutoFlowError | undefined {
  const cause = serviceError(error);
  if (cause === undefined) return undefined;
  const details = { cause: error, data: { hostPort, namespace } };
  switch (cause.code as number) {
    case grpcCode.unavailable:
    case grpcCode.deadlineExceeded:
      return new AutoFlowError("TEMPORAL_UNREACHABLE", `${hostPort}: ${cause.details}`, details);
    case grpcCode.unauthenticated:
    case grpcCode.permissionDenied: {
      const message = `${hostPort} refuses us the namespace ${namespace}: ${cause.details}`;
      return new AutoFlowError("TEMPORAL_UNAUTHORIZED", message, details);
    }
    case grpcCode.notFound: {
      if (!/namespace/i.test(cause.details)) return undefined;
      return new AutoFlowError("TEMPORAL_NAMESPACE_MISSING", `${hostPort} has no namespace ${namespace}`, {
        ...details,
        hint: `Create it: ${namespaceCommand({ hostPort, namespace })}`,
      });
    }
    default:
      return undefined;
  }
}

/** The service's answer, also when the SDK has wrapped it. */
export function serviceError(error: unknown): { code: unknown; details: string } | undefined {
  if (isGrpcServiceError(error)) return error;
  if (error instanceof Error && error.cause !== undefined) return serviceError(error.cause);
  return undefined;
}

function namespaceCommand({ hostPort, namespace }: Place): string {
  return `temporal operator namespace create --address ${hostPort} --namespace ${namespace} --retention 30d`;
}
