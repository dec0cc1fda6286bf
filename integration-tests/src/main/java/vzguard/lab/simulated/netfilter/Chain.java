package vzguard.lab.simulated.netfilter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A chain of a table. Not safe for several threads. */
final class Chain {
    /** A rule in its place, with its counters. */
    static final class Entry {
        private final Rule rule;
        private long packets;
        private long bytes;

        Entry(Rule rule) {
            this.rule = rule;
        }

        Rule rule() {
            return rule;
        }

        long packets() {
            return packets;
        }

        long bytes() {
            return bytes;
        }

        void count(int size) {
            packets++;
            bytes += size;
        }

        void setCounters(long newPackets, long newBytes) {
            packets = newPackets;
            bytes = newBytes;
        }

        Entry copy() {
            Entry copy = new Entry(rule);
            copy.setCounters(packets, bytes);
            return copy;
        }
    }

    private final String name;
    private final List<Entry> entries = new ArrayList<>();
    private Optional<String> policy;
    private long packets;
    private long bytes;

    /** @param policy ACCEPT or DROP for a built-in chain, empty for a user's */
    Chain(String name, Optional<String> policy) {
        this.name = name;
        this.policy = policy;
    }

    Chain copy() {
        Chain copy = new Chain(name, policy);
        entries.forEach(entry -> copy.entries.add(entry.copy()));
        copy.packets = packets;
        copy.bytes = bytes;
        return copy;
    }

    String name() {
        return name;
    }

    List<Entry> entries() {
        return entries;
    }

    Optional<String> policy() {
        return policy;
    }

    void setPolicy(String verdict) {
        policy = Optional.of(verdict);
    }

    long packets() {
        return packets;
    }

    long bytes() {
        return bytes;
    }

    void countPolicy(int size) {
        packets++;
        bytes += size;
    }

    void setCounters(long newPackets, long newBytes) {
        packets = newPackets;
        bytes = newBytes;
    }

    int indexOf(Rule rule) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).rule().equals(rule)) {
                return i;
            }
        }
        return -1;
    }
}
