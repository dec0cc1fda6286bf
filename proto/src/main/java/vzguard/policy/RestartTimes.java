package vzguard.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When restarts may start: within the daily window, outside of every freeze, and only while what is left until either of them
 * forbids it is at least the cut-off. Pure.
 */
public final class RestartTimes {
    private final RestartWindow window;
    private final Duration cutoff;
    private final List<Freeze> freezes;

    private RestartTimes(RestartWindow window, Duration cutoff, List<Freeze> freezes) {
        this.window = window;
        this.cutoff = cutoff;
        this.freezes = List.copyOf(freezes);
    }

    /** @throws IllegalArgumentException when the window's text is none */
    public static RestartTimes of(RolloutSettings.Restarts restarts) {
        return new RestartTimes(RestartWindow.parse(restarts.window()), restarts.cutoff(), restarts.freezes());
    }

    public boolean mayStart(Instant at) {
        return window.isOpen(at) && freeze(at).isEmpty() && !at.plus(cutoff).isAfter(closing(at));
    }

    /** The first instant from {@code at} on at which a restart may start. */
    public Instant next(Instant at) {
        Instant next = at;
        // Each turn passes a freeze, of which there are few, or comes to the beginning of a window.
        while (!mayStart(next)) {
            Optional<Freeze> frozen = freeze(next);
            if (frozen.isPresent()) {
                next = frozen.get().to();
            } else if (!window.isOpen(next)) {
                next = window.nextOpening(next);
            } else {
                next = closing(next);
            }
        }
        return next;
    }

    /** What forbids a start at that instant, for an operator; empty when nothing does. */
    public String obstacle(Instant at) {
        Optional<Freeze> frozen = freeze(at);
        if (frozen.isPresent()) {
            return "restarts are frozen (" + frozen.get() + ")";
        }
        if (!window.isOpen(at)) {
            return "restart window " + window;
        }
        return mayStart(at) ? "" : "a restart could not end in time (cut-off " + cutoff.toSeconds() + " s)";
    }

    private Optional<Freeze> freeze(Instant at) {
        return freezes.stream().filter(freeze -> freeze.holds(at)).findFirst();
    }

    /** When the window closes or the next freeze begins, whichever is earlier; at {@code at} neither forbids a start. */
    private Instant closing(Instant at) {
        @Nullable Instant closing = window.closing(at);
        for (Freeze freeze : freezes) {
            if (freeze.from().isAfter(at) && (closing == null || freeze.from().isBefore(closing))) {
                closing = freeze.from();
            }
        }
        return closing == null ? Instant.MAX : closing;
    }
}
