package vzguard.controller.store;

/** Another controller acts now: the message says which. Nothing of the transaction is kept. */
public final class LeaseLost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LeaseLost(String message) {
        super(message);
    }
}
