package vzguard.cli;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.List;
import vzguard.v1.Cause;
import vzguard.v1.ChangeClass;
import vzguard.v1.Diagnosis;
import vzguard.v1.Evidence;
import vzguard.v1.FleetStatus;
import vzguard.v1.GuardFact;
import vzguard.v1.GuardState;
import vzguard.v1.HostFacts;
import vzguard.v1.HostView;
import vzguard.v1.ModuleFact;
import vzguard.v1.ModulePresence;
import vzguard.v1.Placement;
import vzguard.v1.Plan;
import vzguard.v1.PlanStep;
import vzguard.v1.PolicyMode;
import vzguard.v1.PolicySpec;
import vzguard.v1.PolicyView;
import vzguard.v1.Proof;
import vzguard.v1.ProofAttempt;
import vzguard.v1.SelectorSpec;
import vzguard.v1.Target;
import vzguard.v1.VeFacts;
import vzguard.v1.VeState;
import vzguard.v1.VeView;
import vzguard.v1.Verdict;

/** A small fleet in trouble, as a controller would tell of it. */
public final class Fixtures {
    public static final Instant NOW = Instant.parse("2026-11-22T19:00:00Z");
    public static final String KERNEL = "2.6.32-042stab061.2";

    private Fixtures() {}

    public static Timestamp ago(long seconds) {
        return Timestamp.newBuilder().setSeconds(NOW.getEpochSecond() - seconds).build();
    }

    public static Target target(String host, String ctid) {
        return Target.newBuilder()
                .setHostId("id-of-" + host)
                .setHostName(host)
                .setCtid(ctid)
                .build();
    }

    public static FleetStatus status() {
        return FleetStatus.newBuilder()
                .setHosts(3)
                .setHostsConnected(2)
                .setVes(12)
                .setVesRunning(11)
                .setVesGuarded(8)
                .setVesDrifted(1)
                .setRestartsPending(2)
                .setPolicies(1)
                .setControllerVersion("0.1.0")
                .addAttention("host hn10 was last heard of 3 h ago")
                .build();
    }

    public static GuardFact guard(Placement placement, int family, GuardState state) {
        GuardFact.Builder guard =
                GuardFact.newBuilder().setPlacement(placement).setFamily(family).setState(state);
        if (state == GuardState.GUARD_STATE_IN_PLACE) {
            guard.setPersisted(true).setListed(4).setDigest("ab12");
        } else if (state == GuardState.GUARD_STATE_DRIFTED) {
            guard.setDetail("nothing jumps to chain VZG");
        }
        return guard.build();
    }

    /** The host of the field report: module absent, nothing of it shared. */
    public static HostView troubledHost(String name) {
        return HostView.newBuilder()
                .setHostId("4f0c6f0e-0000-4000-8000-00000000000a")
                .setName(name)
                .setConnected(true)
                .setLastSeen(ago(12))
                .setEnrolledAt(ago(400_000))
                .putLabels("dc", "tokyo")
                .putLabels("rack", "4")
                .setVes(4)
                .setVesRunning(3)
                .setFacts(HostFacts.newBuilder()
                        .setName(name)
                        .setKernel(KERNEL)
                        .setVzctlVersion("vzctl version 4.11.1")
                        .setIptablesVersion("iptables v1.8.9 (legacy)")
                        .setAgentVersion("0.1.0")
                        .setBootId("0b5f0000-0000-4000-8000-000000000001")
                        .setObservedAt(ago(40))
                        .addModules(ModuleFact.newBuilder()
                                .setName("ipt_state")
                                .setFoundAs("xt_state")
                                .setPresence(ModulePresence.MODULE_PRESENCE_LOADED)
                                .setPersistedBy("/etc/modules-load.d/vzguard.conf"))
                        .addModules(ModuleFact.newBuilder()
                                .setName("ipt_recent")
                                .setPresence(ModulePresence.MODULE_PRESENCE_ABSENT))
                        .setVzConfPath("/etc/vz/vz.conf")
                        .addAllSharedWithAll(List.of("ipt_REJECT", "ipt_tos", "ipt_limit"))
                        .addGuards(guard(Placement.PLACEMENT_HOST, 4, GuardState.GUARD_STATE_ABSENT))
                        .addGuards(guard(Placement.PLACEMENT_HOST, 6, GuardState.GUARD_STATE_ABSENT))
                        .addProblems("/etc/vz/conf/104.conf cannot be read: Permission denied"))
                .build();
    }

    public static List<HostView> hosts() {
        HostView.Builder well = troubledHost("hn2").toBuilder().setVesGuarded(3);
        well.getFactsBuilder()
                .clearProblems()
                .setModules(
                        1,
                        ModuleFact.newBuilder()
                                .setName("ipt_recent")
                                .setFoundAs("xt_recent")
                                .setPresence(ModulePresence.MODULE_PRESENCE_LOADED)
                                .setPersistedBy("/etc/modules"))
                .setGuards(0, guard(Placement.PLACEMENT_HOST, 4, GuardState.GUARD_STATE_IN_PLACE))
                .setGuards(1, guard(Placement.PLACEMENT_HOST, 6, GuardState.GUARD_STATE_IN_PLACE));
        HostView lost = HostView.newBuilder()
                .setHostId("id-of-hn10")
                .setName("hn10")
                .setLastSeen(ago(10_800))
                .build();
        return List.of(lost, well.build(), troubledHost("hn1"));
    }

    /** A VE that is guarded and proven. */
    public static VeView guardedVe(String host, String ctid) {
        return VeView.newBuilder()
                .setHostId("id-of-" + host)
                .setHostName(host)
                .setHostConnected(true)
                .setPolicy("ssh-guard")
                .setPolicyRevision(2)
                .setAppliedPolicy("ssh-guard")
                .setAppliedRevision(2)
                .putLabels("dc", "tokyo")
                .setFacts(VeFacts.newBuilder()
                        .setCtid(ctid)
                        .setState(VeState.VE_STATE_RUNNING)
                        .setHostname("web" + ctid + ".example.org")
                        .addAddresses("10.67.1.1")
                        .addAddresses("fd67:0:0:1::1")
                        .setOnboot(true)
                        .setHasOwnShare(true)
                        .addAllShared(List.of("ipt_REJECT", "ipt_recent"))
                        .addAllMatchesLoaded(List.of("limit", "recent", "tcp"))
                        .putPermitted("recent", true)
                        .putPermitted("state", false)
                        .addGuards(guard(Placement.PLACEMENT_VE, 4, GuardState.GUARD_STATE_IN_PLACE))
                        .addGuards(guard(Placement.PLACEMENT_VE, 6, GuardState.GUARD_STATE_IN_PLACE))
                        .setStartedAt(ago(7_300))
                        .setObservedAt(ago(30))
                        .setLastProof(proof(target(host, ctid), true)))
                .build();
    }

    public static List<VeView> ves() {
        VeView guarded = guardedVe("hn1", "101");
        VeView.Builder drifted = guardedVe("hn1", "102").toBuilder().setAppliedRevision(1);
        drifted.getFactsBuilder()
                .setGuards(0, guard(Placement.PLACEMENT_VE, 4, GuardState.GUARD_STATE_DRIFTED))
                .setRestartPending(true)
                .clearPermitted();
        VeView.Builder bare =
                guardedVe("hn1", "1001").toBuilder().clearAppliedPolicy().clearAppliedRevision();
        bare.getFactsBuilder()
                .setHasOwnShare(false)
                .clearShared()
                .clearMatchesLoaded()
                .addMatchesLoaded("tcp")
                .clearLastProof()
                .setGuards(0, guard(Placement.PLACEMENT_VE, 4, GuardState.GUARD_STATE_ABSENT))
                .setGuards(1, guard(Placement.PLACEMENT_VE, 6, GuardState.GUARD_STATE_UNKNOWN));
        VeView.Builder stopped = guardedVe("hn2", "5b3c0d8e-1111-4222-8333-944455566677").toBuilder()
                .clearPolicy()
                .clearAppliedPolicy();
        stopped.getFactsBuilder()
                .setState(VeState.VE_STATE_STOPPED)
                .setNetfilter("stateless")
                .clearGuards();
        VeView away =
                guardedVe("hn10", "101").toBuilder().setHostConnected(false).build();
        return List.of(away, stopped.build(), bare.build(), drifted.build(), guarded);
    }

    public static Proof proof(Target target, boolean holds) {
        return Proof.newBuilder()
                .setTarget(target)
                .setPlacement(Placement.PLACEMENT_VE)
                .setFamily(4)
                .setVerdict(holds ? Verdict.VERDICT_PROVEN : Verdict.VERDICT_FAILED)
                .setSummary(holds ? "the 3rd connection was dropped" : "connection 3 was answered")
                .setAt(ago(90))
                .addAttempts(attempt(1, "198.18.3.7", true, true, "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7", "counted"))
                .addAttempts(attempt(2, "198.18.3.7", true, true, "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7", "counted"))
                .addAttempts(
                        holds
                                ? attempt(3, "198.18.3.7", false, false, "timed out after 1000 ms", "dropped")
                                : attempt(3, "198.18.3.7", false, true, "SSH-2.0-OpenSSH_9.2p1", "dropped"))
                .addAttempts(attempt(4, "198.19.255.254", true, true, "SSH-2.0-OpenSSH_9.2p1", "allowed"))
                .build();
    }

    private static ProofAttempt attempt(
            int number, String from, boolean expected, boolean answered, String detail, String purpose) {
        return ProofAttempt.newBuilder()
                .setNumber(number)
                .setFrom(from)
                .setTo("10.67.1.1:22")
                .setExpectedAnswer(expected)
                .setAnswered(answered)
                .setDetail(detail)
                .setPurpose(purpose)
                .build();
    }

    public static Cause notShared() {
        return Cause.newBuilder()
                .setCode("NOT_SHARED")
                .setSummary("hn1 does not share ipt_recent with VE 101")
                .addEvidence(Evidence.newBuilder()
                        .setSource("vzctl exec2 101 iptables -A VZG-TRY -m recent --set --name SSH")
                        .setText("iptables: No chain/target/match by that name.\n")
                        .setExitCode(1))
                .addEvidence(Evidence.newBuilder()
                        .setSource("/etc/vz/conf/101.conf")
                        .setText("IPTABLES=\"ipt_REJECT ipt_tos\""))
                .setCure("policy: modules: {require: [ipt_recent], share: per-ve}")
                .setCureNeedsRestart(true)
                .build();
    }

    public static Diagnosis diagnosis() {
        return Diagnosis.newBuilder()
                .setTarget(target("hn1", "101"))
                .addCauses(notShared())
                .addLookedAt("lsmod: xt_recent is loaded")
                .build();
    }

    public static List<Plan> plans() {
        Plan restart = Plan.newBuilder()
                .setTarget(target("hn1", "101"))
                .setChangeClass(ChangeClass.CHANGE_CLASS_NEEDS_RESTART)
                .addSteps(PlanStep.newBuilder()
                        .setKind("SHARE_VE")
                        .setSummary("share ipt_recent with VE 101")
                        .setReason("its own list lacks it")
                        .setDiff("--- 101.conf\n+++ 101.conf\n-IPTABLES=\"a\"\n+IPTABLES=\"a ipt_recent\"\n"))
                .addSteps(PlanStep.newBuilder().setKind("RESTART_VE").setSummary("restart VE 101"))
                .addCauses(notShared())
                .setHash("11")
                .build();
        Plan live = Plan.newBuilder()
                .setTarget(target("hn1", ""))
                .setChangeClass(ChangeClass.CHANGE_CLASS_LIVE)
                .addSteps(PlanStep.newBuilder().setKind("LOAD_MODULE").setSummary("load xt_recent"))
                .addWarnings("the allow list is empty: your own address is counted too")
                .build();
        Plan same = Plan.newBuilder()
                .setTarget(target("hn2", ""))
                .setChangeClass(ChangeClass.CHANGE_CLASS_NO_CHANGE)
                .build();
        Plan blocked = Plan.newBuilder()
                .setTarget(target("hn2", "9"))
                .setChangeClass(ChangeClass.CHANGE_CLASS_BLOCKED)
                .addCauses(Cause.newBuilder()
                        .setCode("VE_DISABLED")
                        .setSummary("VE 9 is DISABLED")
                        .setCure("vzctl set 9 --disabled no --save"))
                .build();
        return List.of(same, restart, blocked, live);
    }

    public static PolicyView policy(String name, long revision) {
        return PolicyView.newBuilder()
                .setName(name)
                .setRevision(revision)
                .setText("apiVersion: vzguard/v1\nkind: Policy\n")
                .setSpec(PolicySpec.newBuilder()
                        .setName(name)
                        .setMode(PolicyMode.POLICY_MODE_ENFORCE)
                        .setSelector(
                                SelectorSpec.newBuilder().setHosts("dc=tokyo").setVes("101-120,205")))
                .setCreatedAt(ago(200 * revision))
                .setCreatedBy("akiko")
                .setHostsSelected(3)
                .setVesSelected(12)
                .build();
    }
}
