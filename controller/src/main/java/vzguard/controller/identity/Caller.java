package vzguard.controller.identity;

import io.grpc.Context;

/** The identity behind the call that is being served. */
public final class Caller {
    static final Context.Key<Identity> KEY = Context.key("vzguard-caller");

    private Caller() {}

    /** @throws IllegalStateException outside of a call that asks for a role */
    public static Identity current() {
        Identity identity = KEY.get();
        if (identity == null) {
            throw new IllegalStateException("no caller: this method asks for no role");
        }
        return identity;
    }
}
