package vzguard.controller.identity;

import io.grpc.Context;
import java.util.function.Supplier;

/** Who calls, in simulations without certificates. */
public final class SimulatedCaller {
    private SimulatedCaller() {}

    /** The call as made by a host's agent. */
    public static <T> T agent(String hostId, Supplier<T> call) {
        return as(Identity.agent(hostId), call);
    }

    /** The call as made by an operator. */
    public static <T> T operator(String name, Supplier<T> call) {
        return as(Identity.operator(name), call);
    }

    private static <T> T as(Identity identity, Supplier<T> call) {
        Context context = Context.current().withValue(Caller.KEY, identity);
        Context before = context.attach();
        try {
            return call.get();
        } finally {
            context.detach(before);
        }
    }
}
