package vzguard.lab.real;

/** The lab cannot do what was asked; the message says what, where and why, for a person. */
public final class LabException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LabException(String message) {
        super(message);
    }

    public LabException(String message, Throwable cause) {
        super(message, cause);
    }
}
