package vzguard.cli.connect;

import io.grpc.Status;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import vzguard.cli.outcome.CommandFailed;
import vzguard.cli.outcome.ExitCode;
import vzguard.cli.render.Text;

/** What a controller's refusals, and its silence, mean to a person. */
public final class Answers {
    /** What netty's native transport puts before the kernel's own words. */
    private static final Pattern NATIVE_ERROR = Pattern.compile("^[A-Za-z(). ]*failed with error\\(-?[0-9]+\\): ");

    private Answers() {}

    /**
     * The failure to show for a status.
     *
     * @param address of the controller, or what stands for it
     */
    public static CommandFailed explain(Status status, String address) {
        String said = said(status);
        return switch (status.getCode()) {
            case INVALID_ARGUMENT, NOT_FOUND, OUT_OF_RANGE ->
                new CommandFailed(ExitCode.BAD_INPUT, or(said, "the controller does not accept this request"));
            case UNIMPLEMENTED ->
                new CommandFailed(
                        ExitCode.REFUSED,
                        "refused: not supported yet" + (said.isEmpty() ? "" : ": " + said) + "\n  where: controller "
                                + address);
            case UNAUTHENTICATED ->
                new CommandFailed(
                        ExitCode.REFUSED,
                        "refused: the controller does not know this certificate" + (said.isEmpty() ? "" : ": " + said)
                                + "\n  where: controller " + address
                                + "\n  next: log in again: vzguard login " + address + " --token-file FILE");
            case PERMISSION_DENIED, FAILED_PRECONDITION, ALREADY_EXISTS, RESOURCE_EXHAUSTED ->
                new CommandFailed(
                        ExitCode.REFUSED,
                        "refused: " + or(said, status.getCode().toString()));
            // An agent tried, and did not succeed.
            case ABORTED ->
                new CommandFailed(ExitCode.FAILED, "failed: " + or(said, "the controller does not say why"));
            case UNAVAILABLE -> unreachable(status, said, address);
            case DEADLINE_EXCEEDED ->
                new CommandFailed(
                        ExitCode.UNREACHABLE,
                        "no answer in time from the controller at " + address
                                + "\n  why: " + or(said, "the deadline passed")
                                + "\n  next: vzguard status shows which hosts are connected; what was asked for may still happen");
            default ->
                new CommandFailed(
                        ExitCode.FAILED,
                        "the controller at " + address + " failed: " + status.getCode()
                                + (said.isEmpty() ? "" : ": " + said)
                                + "\n  next: its log says more");
        };
    }

    /** As {@link #explain}, for a login: what is refused there is the token. */
    public static CommandFailed explainEnrolment(Status status, String address) {
        String said = said(status);
        return switch (status.getCode()) {
            case PERMISSION_DENIED, UNAUTHENTICATED ->
                new CommandFailed(
                        ExitCode.REFUSED,
                        "refused: the controller at " + address + " does not accept this token"
                                + (said.isEmpty() ? "" : ": " + said)
                                + "\n  next: make a new one there: vzguard controller token --role operator");
            default -> explain(status, address);
        };
    }

    /** It may repeat what a host printed. */
    private static String said(Status status) {
        return status.getDescription() == null
                ? ""
                : Text.block(status.getDescription()).strip();
    }

    private static CommandFailed unreachable(Status status, String said, String address) {
        Throwable cause = status.getCause();
        while (cause != null && cause.getCause() != null && !(cause instanceof SSLException)) {
            cause = cause.getCause();
        }
        if (cause == null && !said.isEmpty() && !said.startsWith("io exception")) {
            // The controller itself said so: a host that it needs is not connected.
            return new CommandFailed(ExitCode.UNREACHABLE, "unreachable: " + said);
        }
        String why = said;
        String next = "is it running there? (vzguard context list shows the address in use)";
        if (cause instanceof SSLException) {
            why = "TLS: " + deepest(cause);
            next = "the certificate must come from the CA of this context and carry the host of its address;"
                    + " log in again if the controller was set up anew";
        } else if (cause instanceof UnknownHostException) {
            why = "unknown host";
            next = "check the name, or log in with an address";
        } else if (cause != null) {
            why = or(
                    NATIVE_ERROR.matcher(String.valueOf(cause.getMessage())).replaceFirst(""),
                    cause.getClass().getSimpleName());
        }
        return new CommandFailed(
                ExitCode.UNREACHABLE,
                "cannot reach the controller at " + address + "\n  why: " + or(why, "no connection") + "\n  next: "
                        + next);
    }

    private static String deepest(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage());
    }

    private static String or(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }
}
