package vzguard.agent.outside;

import java.util.List;
import java.util.function.Predicate;

/**
 * What came of asking the controller to look.
 *
 * @param views of a look that was made; else none
 * @param detail why there are none
 */
public record Look(Kind kind, List<View> views, String detail) {
    public Look {
        views = List.copyOf(views);
    }

    /** How far it got. */
    public enum Kind {
        /** The controller tried ports; the call came to it on a new connection. */
        SEEN,
        /** The call came to it on a new connection, and it said why it tries none. */
        NOT_TRIED,
        /** It is of a version that does not look. */
        NOT_KNOWN,
        /** No controller could be reached anew. */
        NOT_REACHED
    }

    /**
     * One port at one address of the host.
     *
     * @param answered an sshd greeted there, and the connection ends on this host
     * @param from the controller's end of the connection, "ADDRESS PORT"; empty when there was none
     * @param detail the greeting, or what went wrong
     */
    public record View(String address, int port, boolean answered, String from, String detail) {
        String place() {
            return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
        }

        String source() {
            return from.isEmpty() ? "the controller" : from.substring(0, from.indexOf(' '));
        }
    }

    public static Look without(Kind kind, String why) {
        return new Look(kind, List.of(), why);
    }

    /**
     * The same, but for connections that do not end on this host: what answers at an address may be a router, or another host
     * behind it.
     *
     * @param isHere told "ADDRESS PORT" of the controller's end
     */
    public Look endingHere(Predicate<String> isHere) {
        return new Look(
                kind,
                views.stream()
                        .map(view -> !view.answered() || isHere.test(view.from())
                                ? view
                                : new View(
                                        view.address(),
                                        view.port(),
                                        false,
                                        view.from(),
                                        "answered by another machine: the connection does not end on this host"))
                        .toList(),
                detail);
    }
}
