package vzguard.lab.simulated.netfilter;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * One list of xt_recent: at most 100 addresses, of which the one seen longest ago makes room, and a ring of stamps in jiffies
 * for each. IPv4 and IPv6 addresses of one name share it. The first rule that names it fixes the mask. Not safe for several
 * threads; the place's lock stands around it.
 */
final class RecentList {
    private static final int MOST_ADDRESSES = 100;
    /** Room for the stamps of a rule that counts no hits. */
    private static final int USUAL_STAMPS = 32;
    /** The kernel looks at so many bytes of a write: the longest address with its sign, and one more. */
    private static final int LONGEST_WRITE = 41;

    private static final long MOST_32_BITS = 0xFFFF_FFFFL;

    /** What the kernel says to a write. */
    enum Write {
        TAKEN,
        INVALID,
        /** The writer comes with what the kernel did not look at, which is one write too many. */
        ILLEGAL_SEEK
    }

    private final RecentMask mask;
    private final LinkedHashMap<InetAddress, Entry> entries = new LinkedHashMap<>();
    private int ring = 1;

    private static final class Entry {
        private final long[] stamps;
        private int ttl;
        private int count;
        private int index;

        Entry(int ring, int ttl) {
            this.stamps = new long[ring];
            this.ttl = ttl;
        }

        void stamp(long jiffies) {
            index %= stamps.length;
            stamps[index++] = jiffies;
            count = Math.max(count, index);
        }

        long last() {
            return stamps[index - 1];
        }

        LongStream stamps() {
            return Arrays.stream(stamps, 0, count);
        }
    }

    RecentList(RecentMask mask) {
        this.mask = mask;
    }

    /** A rule that needs more stamps than the ring holds makes it longer, and the list empty. */
    void roomFor(Extension rule) {
        long hits = rule.number("--hitcount", 0);
        int needed = hits == 0 ? USUAL_STAMPS : powerOfTwo(hits);
        if (needed > ring) {
            entries.clear();
            ring = needed;
        }
    }

    private static int powerOfTwo(long least) {
        int power = 1;
        while (power < least) {
            power *= 2;
        }
        return power;
    }

    /**
     * Whether a packet from this address matches, and what that does to the list.
     *
     * @param rule a canonical {@code recent} match
     */
    boolean matches(Extension rule, InetAddress packetAddress, int ttl, long now) {
        boolean negated = rule.options().stream().anyMatch(Option::negated);
        InetAddress address = mask.apply(packetAddress);
        Optional<Entry> found = find(address, rule.has("--rttl") ? ttl : 0);
        if (rule.has("--set")) {
            touch(address, found.orElseGet(() -> added(address, ttl)), ttl, now);
            return !negated;
        }
        if (found.isEmpty()) {
            return negated;
        }
        if (rule.has("--remove")) {
            entries.remove(address);
            return !negated;
        }
        // Overflows as the kernel's does.
        long oldest = now - (rule.number("--seconds", 0) * KernelTime.HZ & MOST_32_BITS);
        boolean hit = negated != countsEnough(rule, found.get(), oldest);
        boolean update = rule.has("--update") && hit;
        if (rule.has("--reap")) {
            reap(oldest, update ? found : Optional.empty());
        }
        if (update) {
            touch(address, found.get(), ttl, now);
        }
        return hit;
    }

    /** @param ttl what the entry's must be, unless one of them is 0 */
    private Optional<Entry> find(InetAddress address, int ttl) {
        return Optional.ofNullable(entries.get(address))
                .filter(entry -> ttl == 0 || entry.ttl == 0 || entry.ttl == ttl);
    }

    private static boolean countsEnough(Extension rule, Entry entry, long oldest) {
        boolean all = !rule.has("--seconds");
        long counted = entry.stamps().filter(stamp -> all || stamp >= oldest).count();
        return counted >= Math.max(1, rule.number("--hitcount", 1));
    }

    private void reap(long oldest, Optional<Entry> kept) {
        Iterator<Entry> first = entries.values().iterator();
        if (first.hasNext()) {
            Entry entry = first.next();
            if (kept.filter(entry::equals).isEmpty() && entry.last() < oldest) {
                first.remove();
            }
        }
    }

    private Entry added(InetAddress address, int ttl) {
        entries.remove(address);
        if (entries.size() >= MOST_ADDRESSES) {
            entries.remove(entries.keySet().iterator().next());
        }
        return new Entry(ring, ttl);
    }

    private void touch(InetAddress address, Entry entry, int ttl, long now) {
        entry.stamp(now);
        entry.ttl = ttl;
        entries.remove(address);
        entries.put(address, entry);
    }

    /**
     * A write to the list's file: {@code +ADDRESS}, {@code -ADDRESS} or {@code /}, and after a line's end nothing counts. The
     * address is taken as it is, whatever the mask.
     */
    Write write(String text, long now) {
        if (text.isEmpty()) {
            return Write.TAKEN;
        }
        String seen = text.substring(0, Math.min(LONGEST_WRITE, text.length()));
        if (seen.startsWith("/")) {
            entries.clear();
            return text.length() == seen.length() ? Write.TAKEN : write(text.substring(LONGEST_WRITE), now);
        }
        String word = seen.split("[\n\0]", 2)[0];
        Optional<InetAddress> address = word.matches("[+-].+") ? Addresses.parse(word.substring(1)) : Optional.empty();
        if (address.isEmpty()) {
            return Write.INVALID;
        }
        if (word.startsWith("-")) {
            entries.remove(address.get());
        } else {
            Entry entry = find(address.get(), 0).orElseGet(() -> added(address.get(), 0));
            touch(address.get(), entry, entry.ttl, now);
        }
        return text.length() == seen.length() ? Write.TAKEN : Write.ILLEGAL_SEEK;
    }

    /** The text of the list's file. */
    String text() {
        return entries.entrySet().stream()
                .map(entry -> line(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining());
    }

    private static String line(InetAddress address, Entry entry) {
        return "src=" + Addresses.kernelText(address) + " ttl: " + entry.ttl + " last_seen: " + entry.last()
                + " oldest_pkt: " + entry.index + " "
                + entry.stamps().mapToObj(Long::toString).collect(Collectors.joining(", ")) + "\n";
    }
}
