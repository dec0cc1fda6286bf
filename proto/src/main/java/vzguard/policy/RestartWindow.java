package vzguard.policy;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import vzguard.values.Quoted;

/**
 * The hours of the day in which restarts may start: {@code HH:MM-HH:MM ZONE}, from inclusive to exclusive, over midnight when
 * it ends before it begins. A restart that runs when the window closes ends.
 */
public final class RestartWindow {
    /** No limit. */
    public static final RestartWindow ALWAYS = new RestartWindow(null, null, null);

    private static final Pattern TEXT =
            Pattern.compile("([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9]) (\\S+)");

    private final @Nullable LocalTime from;
    private final @Nullable LocalTime to;
    private final @Nullable ZoneId zone;

    private RestartWindow(@Nullable LocalTime from, @Nullable LocalTime to, @Nullable ZoneId zone) {
        this.from = from;
        this.to = to;
        this.zone = zone;
    }

    /**
     * @param text empty: always open
     * @throws IllegalArgumentException saying what is permitted
     */
    public static RestartWindow parse(String text) {
        if (text.isEmpty()) {
            return ALWAYS;
        }
        Matcher matcher = TEXT.matcher(text);
        try {
            if (matcher.matches()) {
                LocalTime from = time(matcher.group(1), matcher.group(2));
                LocalTime to = time(matcher.group(3), matcher.group(4));
                if (!from.equals(to)) {
                    return new RestartWindow(from, to, ZoneId.of(matcher.group(5)));
                }
            }
        } catch (DateTimeException noZone) {
            throw none(text, noZone);
        }
        throw none(text, null);
    }

    private static IllegalArgumentException none(String text, @Nullable DateTimeException cause) {
        return new IllegalArgumentException(
                Quoted.of(text) + " is no window (permitted: HH:MM-HH:MM ZONE, two different times and a zone of the"
                        + " tz database, as 02:00-05:00 Asia/Tokyo)",
                cause);
    }

    private static LocalTime time(String hours, String minutes) {
        return LocalTime.of(Integer.parseInt(hours), Integer.parseInt(minutes));
    }

    public boolean isOpen(Instant at) {
        if (from == null || to == null || zone == null) {
            return true;
        }
        LocalTime time = at.atZone(zone).toLocalTime();
        boolean afterFrom = !time.isBefore(from);
        boolean beforeTo = time.isBefore(to);
        return from.isBefore(to) ? afterFrom && beforeTo : afterFrom || beforeTo;
    }

    /** The first instant from {@code at} on at which it is open; a start that a clock change leaves out is moved by it. */
    public Instant nextOpening(Instant at) {
        if (from == null || zone == null || isOpen(at)) {
            return at;
        }
        LocalDate day = at.atZone(zone).toLocalDate();
        while (true) {
            for (Instant opening : instants(day, from, zone)) {
                // A clock change may leave out a whole window.
                if (opening.isAfter(at) && isOpen(opening)) {
                    return opening;
                }
            }
            day = day.plusDays(1);
        }
    }

    /** When it closes next, of one that is open at {@code at}; null: never. */
    @Nullable
    Instant closing(Instant at) {
        if (to == null || zone == null) {
            return null;
        }
        LocalDate day = at.atZone(zone).toLocalDate();
        while (true) {
            for (Instant closing : instants(day, to, zone)) {
                if (closing.isAfter(at)) {
                    return closing;
                }
            }
            day = day.plusDays(1);
        }
    }

    /** When the clock shows that time, or first a later one; twice on a day on which the hour is repeated. */
    private static List<Instant> instants(LocalDate day, LocalTime time, ZoneId zone) {
        LocalDateTime local = day.atTime(time);
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
        return offsets.isEmpty()
                ? List.of(zone.getRules().getTransition(local).getInstant())
                : offsets.stream().map(local::toInstant).sorted().toList();
    }

    /** How long it is open on a day without a change of clocks; null: always. */
    @Nullable
    Duration length() {
        if (from == null || to == null) {
            return null;
        }
        Duration length = Duration.between(from, to);
        return length.isNegative() ? length.plusDays(1) : length;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return from == null || to == null || zone == null ? "" : from + "-" + to + " " + zone.getId();
    }
}
