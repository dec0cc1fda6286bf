package vzguard.agent.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.boot.BootSeen;
import vzguard.agent.dialect.Dialect;
import vzguard.agent.guard.HashlimitRule;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Kept;
import vzguard.agent.model.KernelSwitches;
import vzguard.agent.model.ModuleState;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.PublishedRule;
import vzguard.agent.model.Share;
import vzguard.agent.model.ShareConfig;
import vzguard.agent.model.VeSnapshot;
import vzguard.agent.model.VeState;
import vzguard.policy.HostTerms;
import vzguard.policy.Modules;
import vzguard.policy.Policy;
import vzguard.policy.RolloutSettings;
import vzguard.policy.Selector;
import vzguard.policy.SshGuard;
import vzguard.policy.SshGuard.Placement;
import vzguard.values.BanAddress;
import vzguard.values.Ctid;
import vzguard.values.CtidRanges;

/** Random hosts and policies; the same seed makes the same. */
final class Worlds {
    private static final List<String> NAMES =
            List.of("iptable_filter", "ipt_limit", "ipt_state", "ipt_recent", "iptable_nat", "ipt_LOG");
    private static final List<String> KERNELS = List.of(
            "2.6.18-028stab056.1",
            "2.6.26-2-openvz-amd64",
            "2.6.32-042stab061.2",
            "2.6.32-042stab141.42",
            "3.10.0-1160.90.1.vz7.200.7",
            "2.6.27.1");
    private static final List<String> IPTABLES =
            List.of("iptables v1.3.5", "iptables v1.4.2", "iptables v1.4.21", "iptables v1.8.9 (legacy)", "");
    private static final List<String> VERSIONS = List.of("3.0.22", "3.0.24", "4.6", "4.11.1", "7.0.5", "9.0.1", "5.0");

    private static final List<PublishedRule> COPIES =
            List.of(new PublishedRule(2, "-p tcp -m tcp --dport 22 -m state --state NEW -m recent --set --name SSH"));

    private static final List<BanAddress> BANS = List.of(BanAddress.parse("203.0.113.66"));

    private final Random random;
    /** Whether a world has hashlimit is no part of what else it is. */
    private final Random seconds;

    Worlds(long seed) {
        random = new Random(seed);
        seconds = new Random(~seed);
    }

    Policy policy() {
        Modules modules = new Modules(
                some(List.of("ipt_recent", "ipt_state", "ipt_LOG")),
                pick(List.of(Modules.Share.values())),
                random.nextBoolean());
        Set<Placement> placement = EnumSet.noneOf(Placement.class);
        if (random.nextInt(3) > 0) {
            placement.add(Placement.VE);
        }
        if (random.nextBoolean()) {
            placement.add(Placement.HOST);
        }
        if (random.nextInt(3) == 0) {
            placement.add(Placement.EDGE);
        }
        SshGuard.Rule rule = pick(List.of(SshGuard.Rule.values()));
        boolean bans = rule == SshGuard.Rule.FIXED_BAN;
        SshGuard guard = new SshGuard(
                placement,
                rule,
                pick(List.of(List.of(22), List.of(22, 2222), List.of(2222))),
                Duration.ofSeconds(60),
                2 + random.nextInt(19),
                "SSH",
                pick(List.of(SshGuard.Action.values())),
                random.nextBoolean() ? List.of() : List.of("192.0.2.0/24", "2001:db8::/32"),
                random.nextBoolean(),
                bans ? Duration.ofMinutes(10) : Duration.ZERO,
                bans && random.nextBoolean()
                        ? Optional.of(new SshGuard.Escalation(3, Duration.ofHours(24), Duration.ofHours(24)))
                        : Optional.empty());
        return new Policy(
                "p",
                new Selector(HostTerms.ALL, CtidRanges.ALL),
                modules,
                guard,
                new RolloutSettings(
                        0,
                        List.of(),
                        1,
                        Duration.ZERO,
                        RolloutSettings.Promotion.AUTO,
                        new RolloutSettings.Restarts(true, 1, 1, "")),
                Policy.Mode.ENFORCE);
    }

    HostSnapshot host() {
        SortedMap<String, ModuleState> modules = new TreeMap<>();
        for (String name : List.of("ipt_recent", "ipt_state", "ipt_LOG", "iptable_filter", "ip6table_filter")) {
            ModuleState.Presence presence = pick(List.of(ModuleState.Presence.values()));
            boolean there = presence != ModuleState.Presence.ABSENT;
            modules.put(name, new ModuleState(name, there ? name : "", presence, pick(List.of("", "/etc/modules"))));
        }
        for (String name : HashlimitRule.MODULES) {
            boolean there = seconds.nextInt(3) > 0;
            modules.put(
                    name,
                    new ModuleState(
                            name,
                            there ? name : "",
                            there ? ModuleState.Presence.LOADED : ModuleState.Presence.ABSENT,
                            seconds.nextBoolean() ? "" : "/etc/modules"));
        }
        ShareConfig vzConf = config("/etc/vz/vz.conf", random.nextInt(4) > 0, false);
        SortedMap<Ctid, VeSnapshot> ves = new TreeMap<>();
        String version = pick(VERSIONS);
        String kernel = pick(KERNELS);
        for (int i = 1; i <= 1 + random.nextInt(3); i++) {
            Ctid ctid = new Ctid(Integer.toString(100 + i));
            ves.put(ctid, ve(ctid, vzConf, Dialect.of(version, kernel, KernelSwitches.PLAIN, "")));
        }
        SortedMap<Ctid, List<GuardSeen>> edges = new TreeMap<>();
        ves.keySet().forEach(ctid -> edges.put(ctid, atEdge()));
        return Simulator.seenAgain(new HostSnapshot(
                "hn1",
                kernel,
                random.nextBoolean() ? KernelSwitches.PLAIN : new KernelSwitches("1", true),
                version,
                pick(IPTABLES),
                "boot",
                modules,
                vzConf,
                new HostSnapshot.ModulesFile("/etc/modules", pick(List.of("", "loop\n", "loop"))),
                guards(Placement.HOST),
                Simulator.edges(edges),
                pick(List.of(List.<String>of(), List.of("203.0.113.7"))),
                ves,
                true,
                List.of(),
                Instant.EPOCH));
    }

    private VeSnapshot ve(Ctid ctid, ShareConfig vzConf, Dialect dialect) {
        VeState state =
                pick(List.of(VeState.RUNNING, VeState.RUNNING, VeState.RUNNING, VeState.STOPPED, VeState.SUSPENDED));
        ShareConfig config = config("/etc/vz/conf/" + ctid + ".conf", random.nextBoolean(), random.nextInt(4) == 0);
        boolean running = state == VeState.RUNNING;
        Share effective = dialect.effective(config, vzConf);
        Share older = dialect.effective(config("x", true, false), vzConf);
        Optional<Share> startedWith = Optional.<Share>empty();
        if (running && random.nextInt(5) > 0) {
            startedWith = Optional.of(random.nextBoolean() ? effective : older);
        }
        VeSnapshot.Inside inside = running
                ? new VeSnapshot.Inside(
                        List.of(),
                        List.of(),
                        guards(Placement.VE),
                        new TreeSet<>(Set.of(22)),
                        random.nextInt(8) > 0,
                        pick(IPTABLES),
                        random.nextBoolean())
                : VeSnapshot.Inside.NOTHING;
        return new VeSnapshot(
                ctid,
                state,
                random.nextInt(6) == 0,
                true,
                "ve",
                some(List.of("198.51.100." + ctid.text(), "2001:db8::" + ctid.text())),
                config,
                effective,
                startedWith,
                running,
                inside,
                running ? Optional.of(Instant.EPOCH) : Optional.empty(),
                List.of());
    }

    private ShareConfig config(String path, boolean names, boolean netfilter) {
        String text = "# config\nONBOOT=\"yes\"\n";
        if (names) {
            text += "IPTABLES=\"" + String.join(" ", some(NAMES)) + "\"\n";
        }
        if (netfilter) {
            text += "NETFILTER=\"" + pick(List.of("disabled", "stateless", "stateful", "full")) + "\"\n";
        }
        return Simulator.parsed(path, text);
    }

    private List<GuardSeen> guards(Placement placement) {
        List<GuardSeen> guards = new ArrayList<>();
        for (Family family : Family.values()) {
            OwnRules old = new OwnRules(
                    true,
                    List.of("-j RETURN"),
                    random.nextBoolean() ? Optional.empty() : Optional.of(List.of("-j DROP")),
                    List.of("-p tcp -j VZG"),
                    random.nextBoolean(),
                    random.nextBoolean() ? List.of() : COPIES);
            GuardSeen guard = GuardSeen.absent(placement, family);
            if (random.nextInt(3) == 0) {
                guard = guard.withRules(new OwnRules(false, List.of(), Optional.empty(), List.of(), true, COPIES));
            }
            guard = random.nextInt(3) == 0 ? guard.withRules(old) : guard;
            boolean stored = random.nextInt(3) == 0;
            guards.add(
                    stored
                            ? guard.withStored(new GuardSeen.Stored(
                                    Optional.of(old.withoutCopies()),
                                    true,
                                    BootSeen.complete(BootLayout.DEBIAN),
                                    new Kept(
                                            random.nextBoolean() ? List.of() : COPIES,
                                            random.nextBoolean() ? List.of() : BANS)))
                            : guard);
        }
        return guards;
    }

    /** Nothing is adopted there. */
    private List<GuardSeen> atEdge() {
        return guards(Placement.EDGE).stream()
                .map(guard -> guard.withRules(guard.rules().orElseThrow().withoutCopies()))
                .map(guard -> guard.withStored(new GuardSeen.Stored(
                        guard.stored().rules(),
                        guard.stored().filePresent(),
                        guard.stored().boot(),
                        new Kept(List.of(), guard.stored().kept().bans()))))
                .toList();
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private List<String> some(List<String> from) {
        return from.stream().filter(name -> random.nextBoolean()).toList();
    }

    /** Zero to {@code bound - 1}. */
    int below(int bound) {
        return random.nextInt(bound);
    }
}
