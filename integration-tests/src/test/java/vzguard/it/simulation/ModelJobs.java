package vzguard.it.simulation;

import com.google.protobuf.ByteString;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import vzguard.agent.journal.Journal;
import vzguard.agent.journal.JournalEntry;
import vzguard.agent.journal.StepLog;
import vzguard.agent.link.JobRunner;
import vzguard.v1.Cause;
import vzguard.v1.Job;
import vzguard.v1.JobProgress;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;

/**
 * Carries out jobs on a {@link HostModel} by the agent's own journal, as the agent's applier does: intent before effect, and after
 * a death a look at when the VE started. Each part takes time, in which all else goes on.
 */
final class ModelJobs implements JobRunner {
    private static final String RESTART = "RESTART_VE";

    private final HostModel host;
    private final Machine machine;
    private final Journal journal;
    private final Ledger ledger;
    private final Runnable sweepSoon;
    private final IntSupplier failPercent;
    private final Runnable badMoment;
    private final Set<String> busyPlaces = new TreeSet<>();

    ModelJobs(
            HostModel host,
            Machine machine,
            Journal journal,
            Ledger ledger,
            Runnable sweepSoon,
            IntSupplier failPercent,
            Runnable badMoment) {
        this.host = host;
        this.machine = machine;
        this.journal = journal;
        this.ledger = ledger;
        this.sweepSoon = sweepSoon;
        this.failPercent = failPercent;
        this.badMoment = badMoment;
    }

    @Override
    public Set<String> verbs() {
        return Set.of("apply", "restart", "revert", "observe");
    }

    @Override
    public JobResult run(Job job, Consumer<JobProgress> progress) {
        String ctid = job.hasApply()
                ? job.getApply().getCtid()
                : job.hasRestart()
                        ? job.getRestart().getCtid()
                        : job.getRevert().getCtid();
        boolean mayRestart = job.hasRestart() || job.getApply().getRestartAllowed();
        ledger.begins(host.id, job.getJobId(), mayRestart);
        machine.world.say(() -> host.id + " begins " + job.getJobId());
        boolean free = busyPlaces.add(ctid);
        try {
            JobResult result = free
                    ? carryOut(job, ctid, mayRestart, progress)
                    : ended(Outcome.OUTCOME_FAILED, "CT_LOCKED", "another job works on it")
                            .build();
            ledger.ends(job.getJobId(), result);
            machine.world.say(
                    () -> host.id + " ends " + job.getJobId() + ": " + result.getOutcome() + " " + result.getSummary());
            return result;
        } finally {
            if (free) {
                busyPlaces.remove(ctid);
            }
        }
    }

    private JobResult carryOut(Job job, String ctid, boolean mayRestart, Consumer<JobProgress> progress) {
        StepLog log = journal.of(job.getJobId());
        boolean restarted = log.finished(RESTART);
        Optional<JournalEntry> open = log.open(RESTART);
        if (open.isPresent()) {
            restarted |= conclude(ctid, open.get(), log);
        }
        // At times longer than the controller waits.
        takeTime(failPercent.getAsInt() > 0 && machine.world.chance(12) ? 150_000 : 4000);
        progress.accept(
                JobProgress.newBuilder().setJobId(job.getJobId()).setStep(1).build());
        JobResult.Builder result =
                job.hasRestart() ? restart(job, ctid, log, restarted) : change(job, ctid, mayRestart, log, restarted);
        sweepSoon.run();
        Ve ve = host.ves.get(ctid);
        if (ve != null) {
            result.addVes(host.facts(ve));
        }
        return result.build();
    }

    private void takeTime(int most) {
        machine.world.pass(machine.world.random.nextInt(most));
        machine.goOn();
    }

    private JobResult.Builder restart(Job job, String ctid, StepLog log, boolean before) {
        if (before) {
            return ended(Outcome.OUTCOME_DONE, "", "restarted").setRestarted(true);
        }
        return restartNow(job, ctid, log, true)
                .orElseGet(() -> ended(Outcome.OUTCOME_DONE, "", "restarted").setRestarted(true));
    }

    private JobResult.Builder change(Job job, String ctid, boolean mayRestart, StepLog log, boolean before) {
        Ve ve = host.ves.get(ctid);
        boolean ofHost = ctid.isEmpty();
        if (!ofHost && (ve == null || !ve.running)) {
            return ended(Outcome.OUTCOME_SKIPPED, "VE_STOPPED", "it does not run")
                    .setRestarted(before);
        }
        String policy = job.hasApply()
                ? job.getApply().getPolicy().getName()
                : job.getRevert().getPolicy();
        ByteString wanted =
                job.hasApply() ? job.getApply().getPolicy().getSshGuard().toByteString() : null;
        Map<String, ByteString> guards = ve == null ? host.guards : ve.guards;
        if (java.util.Objects.equals(wanted, guards.get(policy))) {
            return ended(before ? Outcome.OUTCOME_DONE : Outcome.OUTCOME_NO_OP, "", "as wanted")
                    .setRestarted(before);
        }
        boolean restarted = before;
        if (ve != null && wanted != null && !ve.shared) {
            if (!mayRestart) {
                return ended(Outcome.OUTCOME_REFUSED, "RESTART_NOT_ALLOWED", "needs a restart");
            }
            Optional<JobResult.Builder> failed = restartNow(job, ctid, log, mayRestart);
            if (failed.isPresent()) {
                return failed.get();
            }
            restarted = true;
        }
        if (machine.world.random.nextInt(100) < failPercent.getAsInt()) {
            return ended(Outcome.OUTCOME_FAILED, "VZCTL_FAILED", "it did not work")
                    .setRestarted(restarted);
        }
        takeTime(1500);
        Ve still = host.ves.get(ctid);
        if (!ofHost && (still == null || still != ve || !still.running)) {
            return ended(Outcome.OUTCOME_FAILED, "VE_STOPPED", "it went away").setRestarted(restarted);
        }
        put(guards, policy, wanted);
        return ended(Outcome.OUTCOME_DONE, "", "guarded").setRestarted(restarted);
    }

    private static void put(Map<String, ByteString> guards, String policy, @Nullable ByteString wanted) {
        if (wanted == null) {
            guards.remove(policy);
        } else {
            guards.put(policy, wanted);
        }
    }

    /** Nothing when the VE was restarted. */
    private Optional<JobResult.Builder> restartNow(Job job, String ctid, StepLog log, boolean allowed) {
        Ve ve = host.ves.get(ctid);
        if (ve == null || !ve.running || ve.disabled) {
            return Optional.of(ended(Outcome.OUTCOME_FAILED, "VE_STOPPED", "it does not run: it is not started"));
        }
        if (ve.locked) {
            return Optional.of(ended(Outcome.OUTCOME_FAILED, "CT_LOCKED", "its owner works on it"));
        }
        log.intent(RESTART, Map.of("started", Long.toString(ve.startedAt), "boot", Integer.toString(host.boots)));
        ledger.restarts(job.getJobId(), allowed);
        // vzctl goes on whatever becomes of the agent.
        badMoment.run();
        int boot = host.boots;
        ve.locked = true;
        host.stop(ve);
        machine.world.after(50 + machine.world.random.nextInt(3000), host.id + "/" + ctid + " restarts", () -> {
            if (boot == host.boots) {
                ve.locked = false;
                host.start(ve);
            }
        });
        machine.world.pass(3100);
        machine.goOn();
        if (!ve.running) {
            // Too much waits for something else to let time go by.
            ve.locked = false;
            host.start(ve);
        }
        log.done(RESTART);
        return Optional.empty();
    }

    /** Whether the restart in whose middle the agent died took place. */
    private boolean conclude(String ctid, JournalEntry intent, StepLog log) {
        machine.world.pass(3100);
        machine.goOn();
        Ve ve = host.ves.get(ctid);
        boolean over = ve != null
                && ve.running
                && !Long.toString(ve.startedAt).equals(intent.facts().get("started"));
        if (over) {
            log.done(RESTART);
        } else {
            log.failed(RESTART);
        }
        return over;
    }

    private static JobResult.Builder ended(Outcome outcome, String cause, String summary) {
        JobResult.Builder result = JobResult.newBuilder().setOutcome(outcome).setSummary(summary);
        if (!cause.isEmpty()) {
            result.addCauses(Cause.newBuilder().setCode(cause).setSummary(summary));
        }
        return result;
    }

    @Override
    public void resultKept(String jobId) {
        ledger.resultKept(jobId);
        journal.forget(jobId);
    }
}
