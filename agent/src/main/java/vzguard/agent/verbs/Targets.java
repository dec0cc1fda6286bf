package vzguard.agent.verbs;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import vzguard.policy.Policy;
import vzguard.policy.SshGuard.Placement;
import vzguard.v1.JobResult;
import vzguard.v1.VeFacts;
import vzguard.values.Ctid;
import vzguard.values.CtidRanges;

/** Which targets of this host a command is about: named ones, else those that the policy selects. */
final class Targets {
    @Option(
            names = "--ctid",
            paramLabel = "RANGES",
            description = "only these VEs: 101-120,205; default: as the policy says")
    String ctids = "";

    @Option(names = "--host", description = "the host itself; alone: no VE")
    boolean host;

    /** CTIDs, the empty text for the host, which comes first: what it needs, its VEs need. */
    List<String> of(Policy policy, JobResult observed) {
        if (host || !ctids.isEmpty()) {
            return named(observed);
        }
        List<String> targets = new ArrayList<>();
        if (policy.sshGuard().placement().contains(Placement.HOST)) {
            targets.add("");
        }
        targets.addAll(in(policy.selector().ves(), observed));
        return targets;
    }

    /** Those that the options name. */
    List<String> named(JobResult observed) {
        List<String> targets = new ArrayList<>();
        if (host) {
            targets.add("");
        }
        if (!ctids.isEmpty()) {
            targets.addAll(in(ranges(), observed));
            // A VE named alone that is not there is a target too, so that the answer says so.
            if (Ctid.isValid(ctids) && !targets.contains(ctids)) {
                targets.add(ctids);
            }
        }
        return targets;
    }

    private static List<String> in(CtidRanges ranges, JobResult observed) {
        return observed.getVesList().stream()
                .map(VeFacts::getCtid)
                .filter(ctid -> ranges.contains(new Ctid(ctid)))
                .toList();
    }

    private CtidRanges ranges() {
        try {
            return CtidRanges.parse(ctids);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.BAD_INPUT, "--ctid: " + e.getMessage());
        }
    }
}
