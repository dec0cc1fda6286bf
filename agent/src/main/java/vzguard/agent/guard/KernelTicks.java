package vzguard.agent.guard;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kernel's clock in which the match recent stamps: jiffies, the same on a host and in its VEs.
 *
 * @param now when they were read
 * @param perSecond the kernel's HZ
 */
public record KernelTicks(long now, int perSecond) {
    private static final Pattern JIFFIES = Pattern.compile("(?m)^jiffies: (\\d{1,19})$");
    private static final List<Integer> RATES = List.of(100, 250, 300, 1000);
    /** Jiffies begin five minutes before they overflow 32 bits, so that what cannot stand that shows soon. */
    private static final int HEAD_START_SECONDS = 300;

    private static final long OVERFLOW = 1L << 32;
    private static final double TOLERATED_SECONDS = 5;

    /**
     * Finds the rate at which jiffies and uptime agree.
     *
     * @param timerList {@code /proc/timer_list}, or its beginning
     * @param uptime {@code /proc/uptime}, read at the same time
     * @return empty when the kernel does not say, or slept so long that the two differ
     */
    public static Optional<KernelTicks> of(String timerList, String uptime) {
        Matcher jiffies = JIFFIES.matcher(timerList);
        String seconds = uptime.strip().split(" ", 2)[0];
        if (!jiffies.find() || !seconds.matches("\\d{1,10}(\\.\\d{1,3})?")) {
            return Optional.empty();
        }
        long now = Long.parseLong(jiffies.group(1));
        double up = Double.parseDouble(seconds);
        return RATES.stream().filter(rate -> agree(now, up, rate)).findFirst().map(rate -> new KernelTicks(now, rate));
    }

    /** 32-bit kernels lose what goes beyond 32 bits. */
    private static boolean agree(long now, double up, int rate) {
        double expected = OVERFLOW + (up - HEAD_START_SECONDS) * rate;
        double off = Math.abs(now - expected);
        double offIn32Bits = Math.abs(now - expected % OVERFLOW);
        return Math.min(off, offIn32Bits) < TOLERATED_SECONDS * rate;
    }

    /** How long ago a stamp was made; a stamp from the future, made since, is none at all ago. */
    Duration since(long stamp) {
        return Duration.ofMillis(Math.max(0, now - stamp) * 1000 / perSecond);
    }
}
