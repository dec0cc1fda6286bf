package vzguard.policy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import vzguard.values.Quoted;

/**
 * A time in which no restart starts: {@code FROM/TO ZONE}, from two dates (the whole of the last day included) or two times
 * without seconds.
 *
 * @param text as it was read
 * @param from the first instant of it
 * @param to the first instant after it
 */
public record Freeze(String text, Instant from, Instant to) {
    private static final Pattern DATES = Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)/(\\d{4}-\\d\\d-\\d\\d) (\\S+)");
    private static final Pattern TIMES =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d)/(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d) (\\S+)");

    /** @throws IllegalArgumentException saying what is permitted */
    static Freeze parse(String text) {
        try {
            Matcher dates = DATES.matcher(text);
            Matcher times = TIMES.matcher(text);
            if (dates.matches()) {
                ZoneId zone = ZoneId.of(dates.group(3));
                return of(
                        text,
                        LocalDate.parse(dates.group(1)).atStartOfDay(),
                        LocalDate.parse(dates.group(2)).plusDays(1).atStartOfDay(),
                        zone);
            }
            if (times.matches()) {
                ZoneId zone = ZoneId.of(times.group(3));
                return of(text, LocalDateTime.parse(times.group(1)), LocalDateTime.parse(times.group(2)), zone);
            }
        } catch (DateTimeException noDate) {
            throw none(text, noDate);
        }
        throw none(text, null);
    }

    private static Freeze of(String text, LocalDateTime from, LocalDateTime to, ZoneId zone) {
        Instant first = from.atZone(zone).toInstant();
        Instant after = to.atZone(zone).toInstant();
        if (!first.isBefore(after)) {
            throw new IllegalArgumentException(Quoted.of(text) + " ends before it begins");
        }
        return new Freeze(text, first, after);
    }

    private static IllegalArgumentException none(String text, @Nullable Exception cause) {
        return new IllegalArgumentException(
                Quoted.of(text) + " is no freeze (permitted: FROM/TO ZONE, dates or times, as 2026-12-24/2027-01-02"
                        + " Asia/Tokyo or 2026-12-24T18:00/2027-01-02T06:00 UTC)",
                cause);
    }

    boolean holds(Instant at) {
        return !at.isBefore(from) && at.isBefore(to);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return text;
    }
}
