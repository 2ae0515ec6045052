/**
 * Requests that come when the channel has been closed, as repetitions of earlier ones do. By itself the channel throws, and for a
 * repetition nobody would catch that: here they are cancelled, as those are that were under way.
 */
import {
  InterceptingCall,
  type InterceptingListener,
  type Interceptor,
  Metadata,
  status as codes,
} from "@grpc/grpc-js";

type Call = ConstructorParameters<typeof InterceptingCall>[0];

/** Comes behind all other interceptors. */
export function cancelWhenClosed(): Interceptor {
  return (options, nextCall) => {
    try {
      return nextCall(options) as InterceptingCall;
    } catch (error) {
      return new InterceptingCall(new CancelledCall(String(error)));
    }
  };
}

/** Is over as soon as it starts. */
class CancelledCall implements Call {
  readonly #details: string;

  constructor(details: string) {
    this.#details = details;
  }

  start(_metadata: Metadata, listener?: Partial<InterceptingListener>): void {
    // As of every call that fails: first that there is no message.
    queueMicrotask(() => {
      listener?.onReceiveMessage?.(null);
      listener?.onReceiveStatus?.({ code: codes.CANCELLED, details: this.#details, metadata: new Metadata() });
    });
  }

  getPeer(): string {
    return "none";
  }

  getAuthContext(): null {
    return null;
  }

  cancelWithStatus(): void {}
  sendMessageWithContext(): void {}
  sendMessage(): void {}
  startRead(): void {}
  halfClose(): void {}
}
