package vzguard.lab.simulated.netfilter;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One list of xt_recent: at most 100 addresses, of which the one seen longest ago makes room, and a ring of stamps for each.
 * IPv4 and IPv6 addresses of one name share it. Not safe for several threads; the place's lock stands around it.
 */
final class RecentList {
    private static final int MOST_ADDRESSES = 100;
    private static final int LEAST_STAMPS = 20;
    /** Jiffies at the simulated boot: a little before they overflow 32 bits, as in a real kernel. */
    private static final long FIRST_JIFFY = 4_294_892_296L;

    private static final int MILLIS_PER_JIFFY = 4;

    private final LinkedHashMap<InetAddress, Entry> entries = new LinkedHashMap<>();
    private int ring = LEAST_STAMPS;

    private static final class Entry {
        private final Deque<Long> stamps = new ArrayDeque<>();
        private int index;
        private int ttl;

        Entry(int ttl) {
            this.ttl = ttl;
        }

        void stamp(long millis, int ring) {
            if (stamps.size() >= ring) {
                stamps.removeFirst();
            }
            stamps.addLast(millis);
            index = (index + 1) % ring;
        }
    }

    /** A rule that counts more hits than the ring holds makes it longer. */
    void roomFor(long hits) {
        ring = (int) Math.max(ring, hits);
    }

    /**
     * Whether a packet from this address matches, and what that does to the list.
     *
     * @param rule a canonical {@code recent} match
     */
    boolean matches(Extension rule, InetAddress address, int ttl, long nowMillis) {
        Entry entry = entries.get(address);
        boolean ttlCounts = rule.has("--rttl");
        if (entry != null && ttlCounts && entry.ttl != 0 && entry.ttl != ttl) {
            entry = null;
        }
        if (rule.has("--set")) {
            set(address, ttl, nowMillis);
            return true;
        }
        if (entry == null) {
            return false;
        }
        if (rule.has("--remove")) {
            entries.remove(address);
            return true;
        }
        boolean hit = countsEnough(rule, entry, nowMillis);
        if (hit && rule.has("--update")) {
            touch(address, entry, ttl, nowMillis);
        }
        if (rule.has("--reap")) {
            reap(rule.number("--seconds", 0), nowMillis);
        }
        return hit;
    }

    private static boolean countsEnough(Extension rule, Entry entry, long nowMillis) {
        long seconds = rule.number("--seconds", 0);
        long counted = entry.stamps.stream()
                .filter(stamp -> seconds == 0 || stamp >= nowMillis - seconds * 1000)
                .count();
        return counted >= Math.max(1, rule.number("--hitcount", 1));
    }

    private void reap(long seconds, long nowMillis) {
        Iterator<Map.Entry<InetAddress, Entry>> oldest = entries.entrySet().iterator();
        if (oldest.hasNext() && oldest.next().getValue().stamps.getLast() < nowMillis - seconds * 1000) {
            oldest.remove();
        }
    }

    /** Adds the address or stamps it anew. */
    void set(InetAddress address, int ttl, long nowMillis) {
        Entry entry = entries.get(address);
        if (entry == null) {
            if (entries.size() >= MOST_ADDRESSES) {
                entries.remove(entries.keySet().iterator().next());
            }
            entry = new Entry(ttl);
        }
        touch(address, entry, ttl, nowMillis);
    }

    private void touch(InetAddress address, Entry entry, int ttl, long nowMillis) {
        entry.stamp(nowMillis, ring);
        entry.ttl = ttl;
        entries.remove(address);
        entries.put(address, entry);
    }

    /**
     * A write to the list's file: {@code +ADDRESS}, {@code -ADDRESS} or {@code /}.
     *
     * @return false when the kernel answers EINVAL
     */
    boolean write(String command, long nowMillis) {
        String text = command.strip();
        if (text.equals("/")) {
            entries.clear();
            return true;
        }
        Optional<InetAddress> address = text.length() > 1 ? Addresses.parse(text.substring(1)) : Optional.empty();
        if (address.isEmpty() || (text.charAt(0) != '+' && text.charAt(0) != '-')) {
            return false;
        }
        if (text.charAt(0) == '+') {
            set(address.get(), 0, nowMillis);
        } else {
            entries.remove(address.get());
        }
        return true;
    }

    /** The text of the list's file. */
    String text() {
        return entries.entrySet().stream()
                .map(entry -> line(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining());
    }

    private static String line(InetAddress address, Entry entry) {
        return "src=" + Addresses.kernelText(address) + " ttl: " + entry.ttl + " last_seen: "
                + jiffies(entry.stamps.getLast()) + " oldest_pkt: " + entry.index + " "
                + entry.stamps.stream()
                        .map(stamp -> Long.toString(jiffies(stamp)))
                        .collect(Collectors.joining(", "))
                + "\n";
    }

    private static long jiffies(long millis) {
        return FIRST_JIFFY + millis / MILLIS_PER_JIFFY % FIRST_JIFFY;
    }
}
