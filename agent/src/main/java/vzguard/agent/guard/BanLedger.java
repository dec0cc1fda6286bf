package vzguard.agent.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import vzguard.agent.model.TimedBan;
import vzguard.values.BanAddress;

/**
 * The bans that one guard made by itself in one family, kept for when its lists are lost: a list lives only as long as a rule
 * names it. The kernel takes no stamp from outside, so that a ban which is put back begins anew there; it is taken out again when
 * its own time is over.
 *
 * @param life of the lists: another one after a restart, when they began empty
 */
public record BanLedger(String life, List<Entry> entries) {
    public static final BanLedger EMPTY = new BanLedger("", List.of());

    /** What is measured by two clocks differs by so much. */
    private static final Duration SAME = Duration.ofSeconds(3);
    /** A sweep of many VEs may take so long. */
    private static final Duration A_SWEEP = Duration.ofMinutes(1);

    public BanLedger {
        entries = List.copyOf(entries);
    }

    /**
     * @param until when it ends
     * @param putBack when it was written into the list; empty: the guard itself banned last
     */
    public record Entry(String list, BanAddress address, Instant until, Optional<Instant> putBack) {
        boolean isOf(String otherList, BanAddress other) {
            return list.equals(otherList) && address.equals(other);
        }
    }

    /**
     * What is seen of a guard that stands.
     *
     * @param life of its lists
     * @param lengths of the bans in each of its lists
     * @param bans that act, by the kernel's stamps
     * @param at when it was seen
     * @param capacity addresses that a list can hold
     */
    public record Look(String life, Map<String, Duration> lengths, List<TimedBan> bans, Instant at, int capacity) {
        Optional<TimedBan> ban(Entry entry) {
            return bans.stream()
                    .filter(ban -> entry.isOf(ban.list(), ban.address()))
                    .findFirst();
        }

        private long used(String list) {
            return bans.stream().filter(ban -> ban.list().equals(list)).count();
        }
    }

    /** An entry that must be put into its list, or taken out of it. */
    public record Change(Entry entry, boolean add) {}

    /** What is known from then on, and what must be done for it. */
    public record Next(BanLedger ledger, List<Change> changes) {
        public Next {
            changes = List.copyOf(changes);
        }
    }

    /**
     * @param lost lists that began empty since the last look, whatever their life
     */
    public Next next(Look look, Set<String> lost) {
        boolean reborn = !life.isEmpty() && !life.equals(look.life());
        List<Entry> after = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (TimedBan ban : look.bans()) {
            Entry entry = seen(ban, look.lengths());
            if (entry.until().isAfter(look.at())) {
                after.add(entry);
            } else if (entry.putBack().isPresent()) {
                changes.add(new Change(entry, false));
            }
        }
        List<Entry> unseen = entries.stream()
                .filter(entry -> look.ban(entry).isEmpty())
                .filter(entry ->
                        entry.until().isAfter(look.at()) && look.lengths().containsKey(entry.list()))
                .sorted(Comparator.comparing(Entry::until).reversed())
                .toList();
        Map<String, Long> used = new HashMap<>();
        for (Entry entry : unseen) {
            if (reborn || lost.contains(entry.list())) {
                long room = look.capacity() - used.computeIfAbsent(entry.list(), look::used);
                if (room > 0) {
                    Entry back = new Entry(entry.list(), entry.address(), entry.until(), Optional.of(look.at()));
                    used.merge(entry.list(), 1L, Long::sum);
                    after.add(back);
                    changes.add(new Change(back, true));
                }
            } else if (entry.putBack()
                    .filter(at -> look.at().isBefore(at.plus(A_SWEEP)))
                    .isPresent()) {
                // Put back while others were looked at.
                after.add(entry);
            }
        }
        return new Next(new BanLedger(look.life(), after), changes);
    }

    /**
     * What a ban in the kernel is: whoever was put back, and did not come back for more, is let in when the first ban would have
     * ended.
     *
     * @param lengths of the bans in each list
     */
    public Entry seen(TimedBan ban, Map<String, Duration> lengths) {
        Duration length = lengths.getOrDefault(ban.list(), Duration.ZERO);
        return entries.stream()
                .filter(entry -> entry.isOf(ban.list(), ban.address()))
                .filter(entry -> entry.putBack()
                        .map(at -> !ban.until().isAfter(at.plus(length).plus(SAME)))
                        .orElseGet(() -> Duration.between(entry.until(), ban.until())
                                        .abs()
                                        .compareTo(SAME)
                                < 0))
                .findFirst()
                .orElseGet(() -> new Entry(ban.list(), ban.address(), ban.until(), Optional.empty()));
    }

    /** Without some addresses: an operator let them in. */
    public BanLedger without(Set<BanAddress> addresses) {
        return new BanLedger(
                life,
                entries.stream()
                        .filter(entry -> !addresses.contains(entry.address()))
                        .toList());
    }

    /** One line for the life, one for each ban. {@link #parse} reads it back. */
    public String text() {
        return "life " + life + "\n"
                + entries.stream()
                        .map(entry -> "ban " + entry.list() + " " + entry.address() + " "
                                + entry.until().toEpochMilli() + " "
                                + entry.putBack()
                                        .map(at -> Long.toString(at.toEpochMilli()))
                                        .orElse("-")
                                + "\n")
                        .collect(Collectors.joining());
    }

    /** Lines that cannot be read are passed over. */
    public static BanLedger parse(String text) {
        String life = "";
        List<Entry> entries = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("life")) {
                life = line.substring("life".length()).strip();
            } else if (line.matches("ban \\S+ \\S+ \\d{1,15} (-|\\d{1,15})")) {
                address(words[2])
                        .ifPresent(address -> entries.add(new Entry(
                                words[1],
                                address,
                                Instant.ofEpochMilli(Long.parseLong(words[3])),
                                words[4].equals("-")
                                        ? Optional.empty()
                                        : Optional.of(Instant.ofEpochMilli(Long.parseLong(words[4]))))));
            }
        }
        return new BanLedger(life, entries);
    }

    private static Optional<BanAddress> address(String text) {
        try {
            return Optional.of(BanAddress.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
