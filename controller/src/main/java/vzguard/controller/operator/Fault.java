package vzguard.controller.operator;

import io.grpc.Status;
import java.util.List;

/** A call that is refused, with what the operator is told. Thrown by what serves the call, turned into its status. */
final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Status.Code code;

    private Fault(Status.Code code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    static Fault invalid(String message) {
        return new Fault(Status.Code.INVALID_ARGUMENT, message);
    }

    /** Every problem, one per line. */
    static Fault invalid(List<String> problems) {
        return invalid(String.join("\n", problems));
    }

    static Fault notFound(String message) {
        return new Fault(Status.Code.NOT_FOUND, message);
    }

    static Fault precondition(String message) {
        return new Fault(Status.Code.FAILED_PRECONDITION, message);
    }

    /** It was tried, and did not succeed. */
    static Fault failed(String message) {
        return new Fault(Status.Code.ABORTED, message);
    }

    static Fault unavailable(String message) {
        return new Fault(Status.Code.UNAVAILABLE, message);
    }

    Status status() {
        return code.toStatus().withDescription(getMessage());
    }
}
