package vzguard.controller.testing;

import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import vzguard.v1.ApplyJob;
import vzguard.v1.Cause;
import vzguard.v1.ChangeClass;
import vzguard.v1.Diagnosis;
import vzguard.v1.GuardFact;
import vzguard.v1.GuardState;
import vzguard.v1.HostFacts;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;
import vzguard.v1.Placement;
import vzguard.v1.Plan;
import vzguard.v1.Proof;
import vzguard.v1.SectionDigest;
import vzguard.v1.SshGuardSpec;
import vzguard.v1.Target;
import vzguard.v1.VeFacts;
import vzguard.v1.VeState;
import vzguard.v1.Verdict;

/** A host that does at once what jobs ask, and counts what was done to it. */
public final class ScriptedHost {
    private final String name;
    private final Map<String, SshGuardSpec> guards = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> changes = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> restarts = new ConcurrentHashMap<>();
    private final Set<String> stopped = ConcurrentHashMap.newKeySet();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    private final Set<String> needingRestart = ConcurrentHashMap.newKeySet();
    private final List<String> ctids = new CopyOnWriteArrayList<>();
    private final ScriptedBans bans = new ScriptedBans();
    private static final long FIRST_START = 1_700_000_000L;

    private final Map<String, AtomicInteger> altered = new ConcurrentHashMap<>();
    private final Map<String, Long> startedAt = new ConcurrentHashMap<>();
    private final Set<String> breaking = ConcurrentHashMap.newKeySet();
    private volatile int millisPerJob;

    ScriptedHost(String name, List<String> ctids) {
        this.name = name;
        this.ctids.addAll(ctids);
    }

    public String name() {
        return name;
    }

    public ScriptedBans bans() {
        return bans;
    }

    /** How long each job takes. */
    public void slow(int millis) {
        millisPerJob = millis;
    }

    /** Of the guard there; 0: there is none. */
    public int hits(String ctid) {
        SshGuardSpec guard = guards.get(ctid);
        return guard == null ? 0 : guard.getHits();
    }

    int millisPerJob() {
        return millisPerJob;
    }

    public void stop(String ctid) {
        stopped.add(ctid);
    }

    public void start(String ctid) {
        stopped.remove(ctid);
    }

    /** A VE that runs, and that nobody guards. */
    public void create(String ctid) {
        ctids.add(ctid);
    }

    public void destroy(String ctid) {
        ctids.remove(ctid);
        guards.remove(ctid);
    }

    public void fail(String ctid, boolean fails) {
        if (fails) {
            failing.add(ctid);
        } else {
            failing.remove(ctid);
        }
    }

    /** Its owner changes something in it: a plan made before is no plan of it any more. */
    public void alter(String ctid) {
        altered.computeIfAbsent(ctid, none -> new AtomicInteger()).incrementAndGet();
    }

    /** Its owner starts it anew. */
    public void restartByOwner(String ctid) {
        startedAt.merge(ctid, FIRST_START + 100, (before, hundred) -> before + 100);
    }

    /** A restart of it by a job ends with a VE that is down. */
    public void breakRestarts(String ctid) {
        breaking.add(ctid);
    }

    public void needRestart(String ctid) {
        needingRestart.add(ctid);
    }

    /** How often the place was changed; "" is the host itself. */
    public int changes(String ctid) {
        return changes.getOrDefault(ctid, new AtomicInteger()).get();
    }

    public int restarts(String ctid) {
        return restarts.getOrDefault(ctid, new AtomicInteger()).get();
    }

    public boolean isGuarded(String ctid) {
        return guards.containsKey(ctid);
    }

    HostFacts facts() {
        return HostFacts.newBuilder()
                .setName(name)
                .setKernel("2.6.32-042stab061")
                .setObservedAt(Timestamp.newBuilder().setSeconds(System.currentTimeMillis() / 1000))
                .build();
    }

    List<VeFacts> ves() {
        return ctids.stream().map(this::ve).toList();
    }

    private VeFacts ve(String ctid) {
        VeFacts.Builder facts = VeFacts.newBuilder()
                .setCtid(ctid)
                .setState(stopped.contains(ctid) ? VeState.VE_STATE_STOPPED : VeState.VE_STATE_RUNNING)
                .setStartedAt(Timestamp.newBuilder().setSeconds(startedAt.getOrDefault(ctid, FIRST_START)));
        for (int family : new int[] {4, 6}) {
            facts.addGuards(GuardFact.newBuilder()
                    .setPlacement(Placement.PLACEMENT_VE)
                    .setFamily(family)
                    .setState(isGuarded(ctid) ? GuardState.GUARD_STATE_IN_PLACE : GuardState.GUARD_STATE_ABSENT));
        }
        return facts.build();
    }

    /** Digests that the controller cannot have: it asks for everything. */
    List<SectionDigest> sections() {
        List<SectionDigest> sections = new ArrayList<>();
        sections.add(
                SectionDigest.newBuilder().setSection("host").setDigest("new").build());
        ctids.forEach(ctid -> sections.add(SectionDigest.newBuilder()
                .setSection("ve/" + ctid)
                .setDigest("new")
                .build()));
        return sections;
    }

    JobResult carryOut(Job job) {
        if (job.hasBans()) {
            return bans.carryOut(job);
        }
        JobResult.Builder result =
                JobResult.newBuilder().setJobId(job.getJobId()).setOutcome(Outcome.OUTCOME_DONE);
        switch (job.getVerbCase()) {
            case APPLY -> apply(job.getApply(), result);
            case REVERT -> {
                boolean there = guards.remove(job.getRevert().getCtid()) != null;
                result.setOutcome(there ? Outcome.OUTCOME_DONE : Outcome.OUTCOME_NO_OP);
            }
            case RESTART -> {
                String ctid = job.getRestart().getCtid();
                restarts.computeIfAbsent(ctid, none -> new AtomicInteger()).incrementAndGet();
                restartByOwner(ctid);
                result.setRestarted(true);
                if (breaking.contains(ctid)) {
                    stopped.add(ctid);
                    result.setOutcome(Outcome.OUTCOME_FAILED).setSummary("CT " + ctid + " did not come up");
                }
            }
            case PLAN -> job.getPlan().getCtidsList().forEach(ctid -> result.addPlans(plan(ctid)));
            case PROVE -> result.addProofs(Proof.newBuilder().setVerdict(Verdict.VERDICT_PROVEN));
            case DIAGNOSE -> result.setDiagnosis(Diagnosis.newBuilder().addLookedAt("lsmod"));
            default -> result.setOutcome(Outcome.OUTCOME_REFUSED).setSummary("not in the script");
        }
        return result.addAllVes(ves()).build();
    }

    private Plan plan(String ctid) {
        return Plan.newBuilder()
                .setTarget(Target.newBuilder().setCtid(ctid))
                .setChangeClass(isGuarded(ctid) ? ChangeClass.CHANGE_CLASS_NO_CHANGE : ChangeClass.CHANGE_CLASS_LIVE)
                .setHash(hash(ctid))
                .build();
    }

    private String hash(String ctid) {
        return name + "-" + ctid + "-" + hits(ctid) + "-" + altered.getOrDefault(ctid, new AtomicInteger());
    }

    private void apply(ApplyJob job, JobResult.Builder result) {
        String ctid = job.getCtid();
        if (stopped.contains(ctid)) {
            result.setOutcome(Outcome.OUTCOME_SKIPPED)
                    .addCauses(Cause.newBuilder().setCode("VE_STOPPED").setSummary("pending until started"));
        } else if (!job.getPlanHash().isEmpty() && !job.getPlanHash().equals(hash(ctid))) {
            result.setOutcome(Outcome.OUTCOME_REFUSED)
                    .setSummary(ctid + " is not what it was when the plan was approved")
                    .addPlans(plan(ctid))
                    .addCauses(Cause.newBuilder().setCode("PLAN_CHANGED").setCure("plan again"));
        } else if (failing.contains(ctid)) {
            result.setOutcome(Outcome.OUTCOME_FAILED)
                    .setSummary("CT " + ctid + " is locked")
                    .addCauses(Cause.newBuilder().setCode("CT_LOCKED").setCure("wait for the other vzctl"));
        } else if (job.getPolicy().getSshGuard().equals(guards.get(ctid))) {
            result.setOutcome(Outcome.OUTCOME_NO_OP);
        } else if (needingRestart.contains(ctid) && !job.getRestartAllowed()) {
            result.setOutcome(Outcome.OUTCOME_REFUSED)
                    .setSummary("needs a restart")
                    .addCauses(Cause.newBuilder().setCode("RESTART_NOT_ALLOWED"));
        } else {
            guards.put(ctid, job.getPolicy().getSshGuard());
            changes.computeIfAbsent(ctid, none -> new AtomicInteger()).incrementAndGet();
            if (needingRestart.contains(ctid)) {
                restarts.computeIfAbsent(ctid, none -> new AtomicInteger()).incrementAndGet();
                result.setRestarted(true);
            }
            result.addProofs(Proof.newBuilder().setVerdict(Verdict.VERDICT_PROVEN));
        }
    }
}
