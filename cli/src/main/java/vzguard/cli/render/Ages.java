package vzguard.cli.render;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;

/** How long ago something was, in one unit. */
public final class Ages {
    private Ages() {}

    /** {@code 12s}, {@code 5m}, {@code 3h}, {@code 9d}; {@code 0s} for what a faster clock puts into the future. */
    public static String of(Duration age) {
        long seconds = Math.max(0, age.getSeconds());
        if (seconds < 120) {
            return seconds + "s";
        }
        if (seconds < 2 * 3600) {
            return seconds / 60 + "m";
        }
        return seconds < 2 * 86400 ? seconds / 3600 + "h" : seconds / 86400 + "d";
    }

    /** The age of a time that a message carries, or a dash when it carries none. */
    public static String since(boolean known, Timestamp time, Instant now) {
        return known ? of(Duration.between(instant(time), now)) : "-";
    }

    /** To the second, in UTC: {@code 2026-11-22 19:04:05Z}. */
    public static String time(Timestamp time) {
        return instant(time)
                .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                .toString()
                .replace('T', ' ');
    }

    public static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
