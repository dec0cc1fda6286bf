package vzguard.lab.simulated.netfilter;

import java.util.function.LongSupplier;

/** The time of one boot of a kernel with HZ 250, in its own units. Safe for several threads when its clock is. */
public final class KernelTime {
    /** Jiffies per second. */
    static final int HZ = 250;

    /** What a kernel starts to count from: 300 seconds before jiffies overflow 32 bits. */
    private static final long FIRST_JIFFY = (1L << 32) - 300 * HZ;

    private static final int MILLIS_PER_JIFFY = 1000 / HZ;
    private static final int NANOS_PER_MILLI = 1_000_000;

    private final LongSupplier millisSinceBoot;

    public KernelTime(LongSupplier millisSinceBoot) {
        this.millisSinceBoot = millisSinceBoot;
    }

    long jiffies() {
        return FIRST_JIFFY + millisSinceBoot.getAsLong() / MILLIS_PER_JIFFY;
    }

    /** {@code /proc/timer_list} of a machine with so many processors on which no timer runs. */
    public String timerList(int processors) {
        long millis = millisSinceBoot.getAsLong();
        StringBuilder text = new StringBuilder("Timer List Version: v0.5\nHRTIMER_MAX_CLOCK_BASES: 2\nnow at "
                + millis * NANOS_PER_MILLI + " nsecs\n\n");
        for (int processor = 0; processor < processors; processor++) {
            text.append("cpu: ").append(processor).append('\n');
            for (int clock = 0; clock < 2; clock++) {
                text.append(" clock ")
                        .append(clock)
                        .append(":\n  .index:      ")
                        .append(clock);
                text.append("\n  .resolution: 1 nsecs\nactive timers:\n");
            }
            text.append("jiffies: ")
                    .append(FIRST_JIFFY + millis / MILLIS_PER_JIFFY)
                    .append("\n\n");
        }
        return text.toString();
    }
}
