package vzguard.agent.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.boot.BootSeen;
import vzguard.agent.dialect.Dialect;
import vzguard.agent.guard.GuardRules;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Edges;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Kept;
import vzguard.agent.model.KernelSwitches;
import vzguard.agent.model.ModuleState;
import vzguard.agent.model.NetfilterMode;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Permission;
import vzguard.agent.model.Place;
import vzguard.agent.model.Share;
import vzguard.agent.model.ShareConfig;
import vzguard.agent.model.VeSnapshot;
import vzguard.agent.model.VeState;
import vzguard.policy.SshGuard;
import vzguard.policy.SshGuard.Placement;
import vzguard.values.Ctid;

class DiagnosisTest {
    private static final Ctid CTID = new Ctid("101");
    private static final SshGuard GUARD = new SshGuard(
            Set.of(Placement.VE),
            SshGuard.Rule.FIELD_REPORT,
            List.of(22),
            Duration.ofSeconds(60),
            3,
            "SSH",
            SshGuard.Action.DROP,
            List.of(),
            false,
            Duration.ZERO,
            Optional.empty());
    private static final OwnRules RULES = GuardRules.wanted(GUARD, Family.V4, List.of());
    private static final List<String> WITHOUT_STATE = List.of("ip_tables", "iptable_filter", "ipt_recent");
    private static final List<String> WITH_STATE = List.of("iptable_filter", "ipt_recent", "ipt_state");

    /** A VE in trouble, piece by piece; starts as one that is guarded and well. */
    private record Trouble(
            Set<String> loaded,
            VeState state,
            boolean disabled,
            boolean reachable,
            ShareConfig config,
            List<String> startedWith,
            Set<String> permitted,
            Optional<GuardSeen> guard,
            Experiment experiment,
            Optional<Evidence> lock) {

        static Trouble none() {
            return new Trouble(
                    Set.of("ipt_recent", "ipt_state", "ip_conntrack"),
                    VeState.RUNNING,
                    false,
                    true,
                    shares(WITH_STATE, Optional.empty(), List.of()),
                    WITH_STATE,
                    Set.of("recent", "state"),
                    Optional.of(rules(RULES, RULES)),
                    tried(0, ""),
                    Optional.empty());
        }

        Trouble unguarded() {
            return new Trouble(
                    loaded,
                    state,
                    disabled,
                    reachable,
                    config,
                    startedWith,
                    permitted,
                    Optional.of(GuardSeen.absent(Placement.VE, Family.V4)),
                    experiment,
                    lock);
        }

        Trouble loaded(String... names) {
            return new Trouble(
                    Set.of(names), state, disabled, reachable, config, startedWith, permitted, guard, experiment, lock);
        }

        Trouble is(VeState now, boolean notStartable) {
            return new Trouble(
                    loaded, now, notStartable, reachable, config, startedWith, permitted, guard, experiment, lock);
        }

        Trouble unreachable() {
            return new Trouble(loaded, state, disabled, false, config, startedWith, permitted, guard, experiment, lock);
        }

        Trouble configured(ShareConfig other) {
            return new Trouble(
                    loaded, state, disabled, reachable, other, startedWith, permitted, guard, experiment, lock);
        }

        Trouble startedWith(List<String> names) {
            return new Trouble(loaded, state, disabled, reachable, config, names, permitted, guard, experiment, lock);
        }

        Trouble refused(String words, String... stillPermitted) {
            return new Trouble(
                    loaded,
                    state,
                    disabled,
                    reachable,
                    config,
                    startedWith,
                    Set.of(stillPermitted),
                    guard,
                    tried(1, words),
                    lock);
        }

        Trouble with(GuardSeen seen) {
            return new Trouble(
                    loaded,
                    state,
                    disabled,
                    reachable,
                    config,
                    startedWith,
                    permitted,
                    Optional.of(seen),
                    experiment,
                    lock);
        }

        Trouble withoutIptables() {
            return new Trouble(
                    loaded,
                    state,
                    disabled,
                    reachable,
                    config,
                    startedWith,
                    permitted,
                    guard,
                    Experiment.of(Evidence.ofProgram("iptables --version", 4, ""), List.of()),
                    lock);
        }

        Trouble locked() {
            return new Trouble(
                    loaded,
                    state,
                    disabled,
                    reachable,
                    config,
                    startedWith,
                    permitted,
                    guard,
                    experiment,
                    Optional.of(Evidence.ofFile("/vz/lock/101.lck", "4711")));
        }

        Diagnosis diagnosis() {
            TreeMap<String, ModuleState> modules = new TreeMap<>();
            loaded.forEach(name ->
                    modules.put(name, new ModuleState(name, name, ModuleState.Presence.LOADED, "/etc/modules")));
            List<Permission> permissions = Stream.of("recent", "state")
                    .map(match -> new Permission(match, permitted.contains(match), Evidence.ofProgram(match, 0, "")))
                    .toList();
            ShareConfig global = ShareConfig.absent("/etc/vz/vz.conf");
            boolean runs = state == VeState.RUNNING;
            VeSnapshot ve = new VeSnapshot(
                    CTID,
                    state,
                    disabled,
                    true,
                    "ve101",
                    List.of("10.67.1.1"),
                    config,
                    Dialect.of("4.11.1", "2.6.32-042stab061.2", KernelSwitches.PLAIN, "")
                            .effective(config, global),
                    runs ? Optional.of(new Share.Names(Set.copyOf(startedWith))) : Optional.empty(),
                    reachable,
                    runs && reachable
                            ? new VeSnapshot.Inside(
                                    List.of("recent"),
                                    permissions,
                                    guard.stream().toList(),
                                    new TreeSet<>(Set.of(22)),
                                    true,
                                    "iptables v1.8.9 (legacy)",
                                    true)
                            : VeSnapshot.Inside.NOTHING,
                    Optional.empty(),
                    List.of());
            return Diagnosis.of(
                    new DiagnosisFacts(
                            Place.of(CTID),
                            host(modules, Optional.of(ve)),
                            Optional.empty(),
                            Evidence.ofFile("lsmod", "none"),
                            lock,
                            Map.of(),
                            Signs.NONE),
                    runs && reachable ? experiment : Experiment.NONE);
        }
    }

    static Stream<Arguments> troubles() {
        String unknown = "iptables: No chain/target/match by that name.";
        String invalid = "iptables: Invalid argument. Run `dmesg' for more information.";
        GuardSeen.Stored stored =
                new GuardSeen.Stored(Optional.of(RULES), true, BootSeen.complete(BootLayout.DEBIAN), Kept.NOTHING);
        return Stream.of(
                trouble("guarded and well", t -> t),
                trouble(
                        "guarded by --syn, state neither loaded nor shared",
                        t -> t.loaded("ipt_recent")
                                .configured(shares(WITHOUT_STATE, Optional.empty(), List.of()))
                                .startedWith(WITHOUT_STATE)
                                .refused(invalid, "recent")),
                trouble(
                        "the module is not on the host",
                        t -> t.unguarded().loaded("ipt_state", "ip_conntrack").refused(unknown, "state"),
                        CauseCode.MODULE_NOT_LOADED),
                trouble(
                        "the same, in the other words",
                        t -> t.unguarded().loaded("ipt_state", "ip_conntrack").refused(invalid, "state"),
                        CauseCode.MODULE_NOT_LOADED),
                trouble(
                        "conntrack is not in the VE's list",
                        t -> t.unguarded()
                                .configured(shares(WITHOUT_STATE, Optional.empty(), List.of()))
                                .startedWith(WITHOUT_STATE)
                                .refused(invalid, "recent"),
                        CauseCode.NOT_SHARED,
                        CauseCode.GUARD_ABSENT),
                trouble(
                        "the same, in the other words",
                        t -> t.unguarded()
                                .configured(shares(WITHOUT_STATE, Optional.empty(), List.of()))
                                .startedWith(WITHOUT_STATE)
                                .refused(unknown, "recent"),
                        CauseCode.NOT_SHARED,
                        CauseCode.GUARD_ABSENT),
                trouble(
                        "saved, but not restarted",
                        t -> t.unguarded().startedWith(WITHOUT_STATE).refused(invalid, "recent"),
                        CauseCode.RESTART_PENDING,
                        CauseCode.GUARD_ABSENT),
                trouble(
                        "shared and loaded, and refused all the same",
                        t -> t.unguarded().refused(invalid, "recent"),
                        CauseCode.CONNTRACK_OFF,
                        CauseCode.GUARD_ABSENT),
                trouble(
                        "a mode wins over the list",
                        t -> t.configured(shares(WITH_STATE, Optional.of(NetfilterMode.STATELESS), List.of())),
                        CauseCode.NETFILTER_WINS,
                        CauseCode.RESTART_PENDING),
                trouble(
                        "a key twice",
                        t -> t.configured(shares(WITH_STATE, Optional.empty(), List.of("IPTABLES"))),
                        CauseCode.DUPLICATE_KEY),
                trouble("locked", t -> t.locked(), CauseCode.CT_LOCKED),
                trouble("stopped", t -> t.is(VeState.STOPPED, false), CauseCode.VE_STOPPED),
                trouble("stopped and disabled", t -> t.is(VeState.STOPPED, true), CauseCode.VE_DISABLED),
                trouble("running and disabled", t -> t.is(VeState.RUNNING, true)),
                trouble("suspended", t -> t.is(VeState.SUSPENDED, false), CauseCode.VE_SUSPENDED),
                trouble("silent", t -> t.unreachable(), CauseCode.VE_UNREACHABLE),
                trouble("no guard", t -> t.unguarded(), CauseCode.GUARD_ABSENT),
                trouble("no iptables", t -> t.withoutIptables(), CauseCode.IPTABLES_MISSING),
                trouble(
                        "flushed: the chain is empty, nothing jumps",
                        t -> t.with(GuardSeen.absent(Placement.VE, Family.V4)
                                .withRules(new OwnRules(true, List.of(), Optional.empty(), List.of(), true, List.of()))
                                .withStored(stored)),
                        CauseCode.GUARD_DRIFTED),
                trouble(
                        "all gone, though stored",
                        t -> t.with(GuardSeen.absent(Placement.VE, Family.V4).withStored(stored)),
                        CauseCode.GUARD_DRIFTED),
                trouble(
                        "another rule before it",
                        t -> t.with(rules(
                                new OwnRules(true, RULES.chain(), Optional.empty(), RULES.jumps(), false, List.of()),
                                RULES)),
                        CauseCode.GUARD_DRIFTED),
                trouble(
                        "not for the next start",
                        t -> t.with(GuardSeen.absent(Placement.VE, Family.V4).withRules(RULES)),
                        CauseCode.GUARD_NOT_PERSISTED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("troubles")
    void factsDecideAndWordsDoNot(String name, Trouble trouble, List<CauseCode> expected) {
        Diagnosis diagnosis = trouble.diagnosis();

        assertThat(diagnosis.causes()).extracting(Cause::code).containsExactlyElementsOf(expected);
        assertThat(diagnosis.causes())
                .allSatisfy(cause -> assertThat(cause.cure()).isNotEmpty());
        assertThat(diagnosis.lookedAt()).isNotEmpty();
    }

    @Test
    void whatIptablesSaidIsEvidenceVerbatimAndTheCureSaysWhetherItRestarts() {
        String words = "iptables: Invalid argument. Run `dmesg' for more information.";
        Diagnosis diagnosis = Trouble.none()
                .unguarded()
                .configured(shares(WITHOUT_STATE, Optional.empty(), List.of()))
                .startedWith(WITHOUT_STATE)
                .refused(words, "recent")
                .diagnosis();

        Cause cause = diagnosis.causes().get(0);
        assertThat(cause.summary()).contains("ipt_state, ip_conntrack").contains("VE 101");
        assertThat(cause.evidence()).extracting(Evidence::text).contains(words);
        assertThat(cause.cureNeedsRestart()).isTrue();
        assertThat(cause.cure()).contains("--syn").contains("no restart");
    }

    @Test
    void aVeThatIsNotThereIsMissingOnlyWhenTheListWasReadable() {
        Diagnosis missing = Diagnosis.of(
                new DiagnosisFacts(
                        Place.of(CTID),
                        host(new TreeMap<>(), Optional.empty()),
                        Optional.empty(),
                        Evidence.ofFile("lsmod", "none"),
                        Optional.empty(),
                        Map.of(),
                        Signs.NONE),
                Experiment.NONE);

        assertThat(missing.causes()).extracting(Cause::code).containsExactly(CauseCode.VE_MISSING);
    }

    private static Arguments trouble(String name, UnaryOperator<Trouble> change, CauseCode... expected) {
        return Arguments.of(name, change.apply(Trouble.none()), List.of(expected));
    }

    private static ShareConfig shares(List<String> names, Optional<NetfilterMode> netfilter, List<String> duplicates) {
        return new ShareConfig("/etc/vz/conf/101.conf", Optional.of(names), netfilter, duplicates, "digest");
    }

    private static GuardSeen rules(OwnRules now, OwnRules stored) {
        return new GuardSeen(
                Placement.VE,
                Family.V4,
                Optional.of(now),
                "",
                new GuardSeen.Stored(Optional.of(stored), true, BootSeen.complete(BootLayout.DEBIAN), Kept.NOTHING),
                0,
                Optional.empty(),
                "",
                List.of(),
                List.of());
    }

    private static Experiment tried(int exit, String words) {
        Evidence one = Evidence.ofProgram("iptables -A VZG-TRY -m state --state NEW -m recent --set", exit, words);
        return Experiment.of(
                Evidence.ofProgram("iptables --version", 0, "iptables v1.8.9 (legacy)"),
                List.of(new Experiment.Trial(one), new Experiment.Trial(one)));
    }

    private static HostSnapshot host(TreeMap<String, ModuleState> modules, Optional<VeSnapshot> ve) {
        TreeMap<Ctid, VeSnapshot> ves = new TreeMap<>();
        ve.ifPresent(seen -> ves.put(seen.ctid(), seen));
        return new HostSnapshot(
                "hn1",
                "2.6.32-042stab061.2",
                KernelSwitches.PLAIN,
                "4.11.1",
                "iptables v1.8.9 (legacy)",
                "boot",
                modules,
                ShareConfig.absent("/etc/vz/vz.conf"),
                new HostSnapshot.ModulesFile("/etc/modules", ""),
                List.of(),
                Edges.NONE,
                List.of(),
                ves,
                true,
                List.of(),
                Instant.EPOCH);
    }
}
