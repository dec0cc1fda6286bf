package vzguard.controller.testing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import vzguard.v1.Ban;
import vzguard.v1.BanList;
import vzguard.v1.BanOrigin;
import vzguard.v1.BanState;
import vzguard.v1.BansJob;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;

/** The bans of a host's guards, kept at once as jobs ask, or answered as told. */
public final class ScriptedBans {
    private static final String LIST = "SSH-DENY";

    private final Map<String, SortedSet<String>> banned = new ConcurrentHashMap<>();
    private final List<Job> jobs = new CopyOnWriteArrayList<>();
    private volatile Optional<JobResult> told = Optional.empty();

    /** Every job from now on is answered with this, and nothing is done. */
    public void answer(JobResult result) {
        told = Optional.of(result);
    }

    /** All jobs that came, in their order. */
    public List<Job> jobs() {
        return List.copyOf(jobs);
    }

    JobResult carryOut(Job job) {
        jobs.add(job);
        if (told.isPresent()) {
            return told.get().toBuilder().setJobId(job.getJobId()).build();
        }
        BansJob bans = job.getBans();
        SortedSet<String> here = banned.computeIfAbsent(bans.getCtid(), none -> new TreeSet<>());
        boolean changed = switch (bans.getAction()) {
            case BAN_ACTION_ADD -> here.addAll(bans.getAddressesList());
            case BAN_ACTION_REMOVE -> here.removeAll(bans.getAddressesList());
            default -> false;
        };
        BanState.Builder state = BanState.newBuilder()
                .addLists(
                        BanList.newBuilder().setName(LIST).setUsed(here.size()).setCapacity(100));
        here.forEach(address -> state.addBans(Ban.newBuilder()
                .setAddress(address)
                .setOrigin(BanOrigin.BAN_ORIGIN_OPERATOR)
                .setList(LIST)));
        return JobResult.newBuilder()
                .setJobId(job.getJobId())
                .setOutcome(changed ? Outcome.OUTCOME_DONE : Outcome.OUTCOME_NO_OP)
                .setSummary(changed ? "changed as the script says" : "it was so already")
                .setBans(state)
                .build();
    }
}
