package vzguard.controller.rollout;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is no window (permitted: HH:MM-HH:MM ZONE)");
        }
        LocalTime from = time(matcher.group(1), matcher.group(2));
        LocalTime to = time(matcher.group(3), matcher.group(4));
        if (from.equals(to)) {
            throw new IllegalArgumentException("window \"" + text + "\" is never open (leave it out for always)");
        }
        try {
            return new RestartWindow(from, to, ZoneId.of(matcher.group(5)));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "\"" + matcher.group(5) + "\" is no time zone (permitted: Asia/Tokyo, UTC, +09:00, ...)", e);
        }
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
        ZonedDateTime day = at.atZone(zone);
        Instant today = day.toLocalDate().atTime(from).atZone(zone).toInstant();
        return today.isBefore(at)
                ? day.toLocalDate().plusDays(1).atTime(from).atZone(zone).toInstant()
                : today;
    }
}
