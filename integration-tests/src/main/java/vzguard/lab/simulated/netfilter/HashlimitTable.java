package vzguard.lab.simulated.netfilter;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A table of xt_hashlimit: what each source has left to spend. It is made as its first rule says; a later rule under the same name gets it as
 * it is, whatever it says itself (xt_hashlimit.c, htable_find_get). Not safe for several threads.
 */
final class HashlimitTable {
    private static final long DEFAULT_MOST = 65_536;
    private static final int BITS = 8;

    private final long cost;
    private final long most;
    private final long expire;
    private final int maskLength;
    private final boolean bySource;
    private final long full;
    private final Map<InetAddress, Entry> entries = new LinkedHashMap<>();

    HashlimitTable(Extension first) {
        cost = HashlimitMatch.period(first) * KernelTime.HZ;
        full = cost * HashlimitMatch.burst(first);
        most = first.number("--hashlimit-htable-max", DEFAULT_MOST);
        // Without the option iptables takes the unit of the rate; what is simulated is a minute.
        expire = first.number("--hashlimit-htable-expire", 60_000) * KernelTime.HZ / 1000;
        maskLength = (int) first.number("--hashlimit-srcmask", Integer.MAX_VALUE);
        bySource = first.option("--hashlimit-mode")
                .filter(mode -> mode.argument().contains("srcip"))
                .isPresent();
    }

    /** What one source has, in parts of a second times jiffies. */
    private static final class Entry {
        private long credit;
        private long seen;

        Entry(long credit, long seen) {
            this.credit = credit;
            this.seen = seen;
        }
    }

    /** What a packet finds. */
    enum Answer {
        WITHIN,
        ABOVE,
        /** The table is full, and the packet is dropped whatever the rule says. */
        NO_ROOM
    }

    Answer ask(InetAddress source, long now) {
        for (Iterator<Entry> all = entries.values().iterator(); all.hasNext(); ) {
            if (now - all.next().seen > expire) {
                all.remove();
            }
        }
        InetAddress key = bySource ? masked(source) : InetAddress.getLoopbackAddress();
        Entry entry = entries.get(key);
        if (entry == null) {
            if (entries.size() >= most) {
                return Answer.NO_ROOM;
            }
            entry = new Entry(full, now);
            entries.put(key, entry);
        }
        entry.credit = Math.min(full, entry.credit + (now - entry.seen) * HashlimitMatch.SCALE);
        entry.seen = now;
        if (entry.credit < cost) {
            return Answer.ABOVE;
        }
        entry.credit -= cost;
        return Answer.WITHIN;
    }

    private InetAddress masked(InetAddress address) {
        byte[] bytes = address.getAddress();
        for (int bit = maskLength; bit < bytes.length * BITS; bit++) {
            bytes[bit / BITS] &= (byte) ~(0x80 >> bit % BITS);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
