package vzguard.agent.model;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import vzguard.values.Cidr;
import vzguard.values.Ctid;

/**
 * One VE, as observed.
 *
 * @param disabled {@code DISABLED=yes}: vzctl refuses to start it
 * @param config what its own config says
 * @param effective what it would be given at its next start: its own config, else vz.conf's, else vzctl's default
 * @param startedWith what it was given when it started; empty when it does not run, or when that is not known
 * @param reachable an exec in it answered (only asked when it runs)
 * @param inside what was seen inside; {@link Inside#NOTHING} unless reachable
 * @param startedAt by the host's clock; empty when it does not run
 * @param problems what could not be observed, one sentence each
 */
public record VeSnapshot(
        Ctid ctid,
        VeState state,
        boolean disabled,
        boolean onboot,
        String hostname,
        List<String> addresses,
        ShareConfig config,
        Share effective,
        Optional<Share> startedWith,
        boolean reachable,
        Inside inside,
        Optional<Instant> startedAt,
        List<String> problems) {

    public VeSnapshot {
        addresses = List.copyOf(addresses);
        problems = List.copyOf(problems);
    }

    /**
     * What was seen inside a running VE. Everything here was printed by the VE and may be a lie.
     *
     * @param matches lines of {@code /proc/net/ip_tables_matches}, each once, sorted
     * @param permissions what scratch chains showed
     * @param guards one per family
     * @param listening TCP ports on which it listens on any address but loopback
     * @param ipv6 it has IPv6 at all
     * @param iptables what {@code iptables --version} printed there; empty when it printed none
     * @param conntrack it has connection tracking: its kernel shows it files of that
     */
    public record Inside(
            List<String> matches,
            List<Permission> permissions,
            List<GuardSeen> guards,
            SortedSet<Integer> listening,
            boolean ipv6,
            String iptables,
            boolean conntrack) {
        /** Nothing was seen. */
        public static final Inside NOTHING =
                new Inside(List.of(), List.of(), List.of(), Collections.emptySortedSet(), true, "", true);

        public Inside {
            matches = List.copyOf(matches);
            permissions = List.copyOf(permissions);
            guards = List.copyOf(guards);
            listening = Collections.unmodifiableSortedSet(new TreeSet<>(listening));
        }

        public Optional<GuardSeen> guard(Family family) {
            return guards.stream().filter(guard -> guard.family() == family).findFirst();
        }

        /** Empty: not tried. */
        public Optional<Permission> permission(String match) {
            return permissions.stream().filter(one -> one.match().equals(match)).findFirst();
        }
    }

    /** Its addresses of a family, without a length, each once; what is no address (a config may hold anything) is passed over. */
    public List<String> addresses(Family family) {
        return addresses.stream()
                .map(text -> text.split("/", 2)[0])
                .flatMap(text -> address(text).stream())
                .filter(address -> address.family() == family.number())
                .map(Cidr::toString)
                .distinct()
                .toList();
    }

    private static Optional<Cidr> address(String text) {
        try {
            return Optional.of(Cidr.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether the config changed since the VE started. */
    public enum Pending {
        NO,
        YES,
        /** What it started with is not known. */
        UNKNOWN
    }

    public Pending restartPending() {
        if (state != VeState.RUNNING) {
            return Pending.NO;
        }
        return startedWith
                .map(share -> share.equals(effective) ? Pending.NO : Pending.YES)
                .orElse(Pending.UNKNOWN);
    }

    /** SHA-256 (hex) over all but times and counters. */
    public String digest() {
        List<String> rules = inside.guards().stream().map(GuardSeen::identity).toList();
        List<String> permitted = inside.permissions().stream()
                .map(one -> one.match() + one.permitted())
                .toList();
        return Digests.sha256(
                ctid.text(),
                state + " " + disabled + onboot + reachable + inside.ipv6() + inside.conntrack() + inside.iptables(),
                hostname,
                String.join(" ", addresses),
                config.toString(),
                effective.toString(),
                startedWith.toString(),
                String.join(" ", inside.matches()),
                permitted.toString(),
                rules.toString(),
                inside.listening().toString(),
                problems.toString());
    }
}
