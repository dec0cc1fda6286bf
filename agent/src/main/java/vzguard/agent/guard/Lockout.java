package vzguard.agent.guard;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import vzguard.values.BanAddress;
import vzguard.values.Cidr;

/** Whether a guard that is about to be written would drop the next connection of somebody who is connected now. Pure. */
public final class Lockout {
    private Lockout() {}

    /**
     * The first whom it would hit.
     *
     * @param goal the lists of the guard to be
     * @param before those of what stands there now: whom that drops already is not shut out by the guard to be
     * @param peers who is connected to its ports
     * @param entries what stands in the lists by these names now
     * @param ticks the kernel's clock; empty: every stamp counts as one of just now
     * @return a sentence that says whose and why
     */
    public static Optional<String> of(
            GuardLists goal,
            Optional<GuardLists> before,
            List<Cidr> peers,
            Map<String, List<RecentEntry>> entries,
            Optional<KernelTicks> ticks) {
        return peers.stream()
                .filter(peer -> before.flatMap(guard -> why(guard, peer, entries, ticks))
                        .isEmpty())
                .flatMap(peer -> why(goal, peer, entries, ticks)
                        .map(why -> "the next connection of " + peer + ", who is connected now, would be"
                                + " one too many: " + why)
                        .stream())
                .findFirst();
    }

    private static Optional<String> why(
            GuardLists guard, Cidr address, Map<String, List<RecentEntry>> entries, Optional<KernelTicks> ticks) {
        if (guard.exempt().stream().anyMatch(block -> block.contains(address))) {
            return Optional.empty();
        }
        BanAddress peer = BanAddress.parse(address.toString());
        if (stamps(entries, guard.deny(), peer) > 0) {
            return Optional.of(peer + " is banned (list " + guard.deny() + ")");
        }
        for (Map.Entry<String, Duration> timed : guard.timed().entrySet()) {
            if (recent(entries, timed.getKey(), peer, timed.getValue(), ticks) > 0) {
                return Optional.of(peer + " is banned (list " + timed.getKey() + ")");
            }
        }
        Duration window = guard.measure().window();
        int hits = guard.measure().hits();
        long counted = recent(entries, guard.counted(), peer, window, ticks);
        return counted + 1 < hits
                ? Optional.empty()
                : Optional.of(peer + " was counted " + counted + " times within " + window.toSeconds() + " s (list "
                        + guard.counted() + "), and number " + hits + " is dropped");
    }

    private static long stamps(Map<String, List<RecentEntry>> entries, String list, BanAddress peer) {
        return entries.getOrDefault(list, List.of()).stream()
                .filter(entry -> entry.address().equals(peer))
                .count();
    }

    private static long recent(
            Map<String, List<RecentEntry>> entries,
            String list,
            BanAddress peer,
            Duration within,
            Optional<KernelTicks> ticks) {
        return entries.getOrDefault(list, List.of()).stream()
                .filter(entry -> entry.address().equals(peer))
                .flatMap(entry -> entry.stamps().stream())
                .filter(stamp -> ticks.map(clock -> clock.since(stamp).compareTo(within) <= 0)
                        .orElse(true))
                .count();
    }
}
