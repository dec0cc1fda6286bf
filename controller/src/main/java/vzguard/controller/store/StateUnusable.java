package vzguard.controller.store;

/** The state folder or its database cannot be used: the message says what, where, why, and what to do next. */
public final class StateUnusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StateUnusable(String message) {
        super(message);
    }

    public StateUnusable(String message, Throwable cause) {
        super(message, cause);
    }
}
