package vzguard.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import vzguard.agent.link.JobRunner;
import vzguard.agent.link.Sections;
import vzguard.v1.GuardFact;
import vzguard.v1.GuardState;
import vzguard.v1.HostFacts;
import vzguard.v1.Job;
import vzguard.v1.JobProgress;
import vzguard.v1.JobResult;
import vzguard.v1.ModuleFact;
import vzguard.v1.ModulePresence;
import vzguard.v1.Outcome;
import vzguard.v1.Placement;
import vzguard.v1.Proof;
import vzguard.v1.ProofAttempt;
import vzguard.v1.Target;
import vzguard.v1.VeFacts;
import vzguard.v1.VeState;
import vzguard.v1.Verdict;

/**
 * A host of which there is only what its agent says: facts of the size of a real host's, and guards that are in place once they
 * were applied. Everything between this and the controller is the agent's own code. Safe for use by many threads.
 */
final class HollowHost implements JobRunner {
    private static final List<String> MODULES =
            List.of("ipt_state", "xt_recent", "xt_conntrack", "nf_conntrack", "iptable_filter", "ip6table_filter");

    private final String name;
    private final int number;
    private final int ves;
    private final Runnable sweepSoon;
    /** By CTID, "" for the host: what was applied last. */
    private final Map<String, ByteString> applied = new HashMap<>();

    /** @param sweepSoon asks for a sweep, as the agent does after a job that changed something */
    HollowHost(int number, int ves, Runnable sweepSoon) {
        this.name = name(number);
        this.number = number;
        this.ves = ves;
        this.sweepSoon = sweepSoon;
    }

    static String name(int number) {
        return String.format("hn%05d", number);
    }

    /** What a sweep sees. */
    synchronized Sections sections() {
        SortedMap<String, VeFacts> facts = new TreeMap<>();
        for (int ve = 0; ve < ves; ve++) {
            String ctid = Integer.toString(101 + ve);
            facts.put(ctid, ve(ctid));
        }
        return new Sections(host(), facts);
    }

    @Override
    public Set<String> verbs() {
        return Set.of("observe", "plan", "apply", "restart", "prove", "diagnose", "revert", "bans", "confirm");
    }

    @Override
    public JobResult run(Job job, Consumer<JobProgress> progress) {
        String ctid = job.getApply().getCtid();
        if (!job.hasApply()) {
            return JobResult.newBuilder()
                    .setOutcome(Outcome.OUTCOME_REFUSED)
                    .setSummary("a hollow host only applies policies")
                    .build();
        }
        ByteString wanted = job.getApply().getPolicy().toByteString();
        JobResult.Builder result = JobResult.newBuilder();
        synchronized (this) {
            if (wanted.equals(applied.put(ctid, wanted))) {
                return result.setOutcome(Outcome.OUTCOME_NO_OP)
                        .setSummary("it was so already")
                        .build();
            }
            result.setOutcome(Outcome.OUTCOME_DONE)
                    .setSummary("guarded; 3 connections within 60 s, the 4th was dropped")
                    .addProofs(proof(ctid));
            if (ctid.isEmpty()) {
                result.setHost(host());
            } else {
                result.addVes(ve(ctid));
            }
        }
        sweepSoon.run();
        return result.build();
    }

    @Override
    public void resultKept(String jobId) {
        // Nothing was kept to finish the job after a crash.
    }

    private HostFacts host() {
        HostFacts.Builder facts = HostFacts.newBuilder()
                .setName(name)
                .setKernel("2.6.32-042stab145.3")
                .setVzctlVersion("4.11.1")
                .setIptablesVersion("1.4.7 (legacy)")
                .setBootId("7f0f6f34-5f0e-4dd8-9d52-30c7f4c1b4f1")
                .addAllSharedWithAll(MODULES)
                .setVzConfPath("/etc/vz/vz.conf")
                .setAgentVersion("hollow")
                .setObservedAt(Timestamps.fromMillis(Instant.now().toEpochMilli()));
        MODULES.forEach(module -> facts.addModules(ModuleFact.newBuilder()
                .setName(module)
                .setFoundAs(module)
                .setPresence(ModulePresence.MODULE_PRESENCE_LOADED)
                .setPersistedBy("/etc/modules-load.d/vzguard.conf")));
        facts.addAllGuards(guards("", Placement.PLACEMENT_HOST));
        return facts.build();
    }

    private VeFacts ve(String ctid) {
        return VeFacts.newBuilder()
                .setCtid(ctid)
                .setState(VeState.VE_STATE_RUNNING)
                .setHostname("ve" + ctid + "." + name)
                .addAddresses("10." + (number >> 8) + "." + (number & 255) + "." + (Integer.parseInt(ctid) % 254 + 1))
                .setOnboot(true)
                .addAllMatchesLoaded(List.of("tcp", "udp", "state", "recent"))
                .putPermitted("recent", true)
                .putPermitted("state", true)
                .addAllGuards(guards(ctid, Placement.PLACEMENT_VE))
                .setStartedAt(Timestamps.fromSeconds(1_790_000_000L))
                .setObservedAt(Timestamps.fromMillis(Instant.now().toEpochMilli()))
                .build();
    }

    private List<GuardFact> guards(String ctid, Placement placement) {
        boolean inPlace = applied.containsKey(ctid);
        List<GuardFact> guards = new ArrayList<>();
        for (int family : new int[] {4, 6}) {
            guards.add(GuardFact.newBuilder()
                    .setPlacement(placement)
                    .setFamily(family)
                    .setState(inPlace ? GuardState.GUARD_STATE_IN_PLACE : GuardState.GUARD_STATE_ABSENT)
                    .setDigest(inPlace ? Integer.toHexString(applied.hashCode()) : "")
                    .setPersisted(inPlace)
                    .build());
        }
        return guards;
    }

    private Proof proof(String ctid) {
        Proof.Builder proof = Proof.newBuilder()
                .setTarget(Target.newBuilder().setHostName(name).setCtid(ctid))
                .setFamily(4)
                .setVerdict(Verdict.VERDICT_PROVEN)
                .setSummary("3 connections answered, the 4th dropped, an allowed one answered");
        for (int attempt = 1; attempt <= 5; attempt++) {
            proof.addAttempts(ProofAttempt.newBuilder()
                    .setNumber(attempt)
                    .setFrom("100.127.0.2")
                    .setTo("10.0.0.1:22")
                    .setExpectedAnswer(attempt != 4)
                    .setAnswered(attempt != 4)
                    .setDetail(attempt == 4 ? "no answer within 900 ms" : "SSH-2.0-OpenSSH_9.2p1"));
        }
        return proof.build();
    }
}
