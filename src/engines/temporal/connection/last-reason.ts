/**
 * Why a request was repeated until its deadline. The SDK repeats what may go well another time; the attempt that meets the deadline
 * would only tell that.
 */
import { InterceptingCall, type Interceptor, type StatusObject, status as codes } from "@grpc/grpc-js";

/** Comes behind the interceptor that repeats: each attempt of a request has the same options. */
export function tellLastReason(): Interceptor {
  const reasons = new WeakMap<object, StatusObject>();
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start(metadata, _listener, next) {
        next(metadata, {
          onReceiveStatus(status, pass) {
            const before = reasons.get(options);
            if (status.code === codes.DEADLINE_EXCEEDED && before !== undefined) {
              const details = `it did not go well in time, last because of: ${codes[before.code]}: ${before.details}`;
              return pass({ ...status, details });
            }
            if (status.code !== codes.OK) reasons.set(options, status);
            pass(status);
          },
        });
      },
    });
}
