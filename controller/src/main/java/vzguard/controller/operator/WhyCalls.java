package vzguard.controller.operator;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import vzguard.controller.dispatch.ActiveRollout;
import vzguard.controller.dispatch.Rollouts;
import vzguard.controller.enforcement.Enforcer;
import vzguard.controller.fleet.Host;
import vzguard.controller.fleet.Streams;
import vzguard.controller.policy.Assessment;
import vzguard.controller.policy.Policies;
import vzguard.controller.policy.Revision;
import vzguard.controller.rollout.Cluster;
import vzguard.controller.rollout.TaskRow;
import vzguard.v1.Cause;
import vzguard.v1.GuardFact;
import vzguard.v1.VeFacts;
import vzguard.v1.VeState;
import vzguard.v1.WhyReply;
import vzguard.v1.WhyRequest;
import vzguard.values.Ctid;

/** Why something is as it is, from what the controller knows; the agents are not asked. A step of the event loop. */
final class WhyCalls {
    private static final int SHOWN_CLUSTERS = 10;

    private final Streams streams;
    private final Policies policies;
    private final Rollouts rollouts;
    private final Enforcer enforcer;
    private final Lookup lookup;
    private final RolloutCalls rolloutCalls;
    private final Clock clock;

    WhyCalls(
            Streams streams,
            Policies policies,
            Rollouts rollouts,
            Enforcer enforcer,
            Lookup lookup,
            RolloutCalls rolloutCalls,
            Clock clock) {
        this.streams = streams;
        this.policies = policies;
        this.rollouts = rollouts;
        this.enforcer = enforcer;
        this.lookup = lookup;
        this.rolloutCalls = rolloutCalls;
        this.clock = clock;
    }

    WhyReply why(WhyRequest request) {
        String what = request.getWhat();
        List<String> lines = new ArrayList<>();
        int slash = what.indexOf('/');
        if (what.matches("r[0-9]+")) {
            rollout(rolloutCalls.find(what), lines);
        } else if (slash < 0) {
            host(lookup.host(what), lines);
            enforcement(lookup.host(what), "", lines);
            tasks(lookup.host(what), "", lines);
        } else {
            Host host = lookup.host(what.substring(0, slash));
            Ctid ctid = lookup.ctid(host, what.substring(slash + 1));
            connection(host, lines);
            ve(host, ctid, lines);
            enforcement(host, ctid.text(), lines);
            tasks(host, ctid.text(), lines);
        }
        return WhyReply.newBuilder().addAllLines(lines).build();
    }

    private void rollout(ActiveRollout rollout, List<String> lines) {
        Instant now = clock.instant();
        String waiting = rollout.waitingFor(now);
        String state = word(rollout.machine().state());
        lines.add("rollout " + rollout.id() + " is " + state + (waiting.isEmpty() ? "" : ": " + waiting));
        List<Cluster> clusters = Cluster.of(rollout.machine().tasks());
        clusters.stream().limit(SHOWN_CLUSTERS).forEach(cluster -> cluster(rollout, cluster, lines));
        if (clusters.size() > SHOWN_CLUSTERS) {
            lines.add("and " + (clusters.size() - SHOWN_CLUSTERS) + " more kinds; see `vzguard rollout show "
                    + rollout.id() + "`");
        }
        openEnds(rollout, lines);
        switch (rollout.machine().state()) {
            case PAUSED, STOPPED ->
                lines.add("to go on: `vzguard rollout resume " + rollout.id()
                        + "`, or `retry` for the failed targets again, or `abort`");
            case COMPLETED -> {
                if (clusters.stream().anyMatch(cluster -> cluster.state().isRetriable())) {
                    lines.add("to try the failed targets again: `vzguard rollout retry " + rollout.id() + "`");
                }
            }
            case RUNNING, ABORTED -> {
                // Nothing for the operator to do.
            }
        }
    }

    /** What only an operator can let go on, whatever the state. */
    private static void openEnds(ActiveRollout rollout, List<String> lines) {
        long changed = rollout.machine().tasks().stream()
                .filter(TaskRow::isChangedSinceApproval)
                .count();
        if (changed > 0) {
            lines.add(changed + (changed == 1 ? " target was" : " targets were")
                    + " left alone because of changes since the plan was approved; to approve what was planned anew:"
                    + " `vzguard rollout approve " + rollout.id() + "`");
        }
        List<TaskRow> down =
                rollout.machine().tasks().stream().filter(TaskRow::unhealthy).toList();
        if (!down.isEmpty()) {
            lines.add(Targets.some(down.stream().map(TaskRow::target).toList())
                    + " did not come up after a restart that failed, and keep"
                    + " their restart slots until they run; start them, or let go of them with `vzguard rollout abort "
                    + rollout.id() + "`");
        }
    }

    private static void cluster(ActiveRollout rollout, Cluster cluster, List<String> lines) {
        if (cluster.count() == 1) {
            task(rollout, cluster.first(), lines);
            return;
        }
        lines.add(cluster.count() + " targets " + word(cluster.state()) + ": " + cluster.summary());
        lines.add("  " + cluster.named());
        String cure = RolloutViews.cure(rollout, cluster.first());
        if (!cure.isEmpty()) {
            lines.add("  " + String.join(", ", cluster.causes()) + "; cure: " + cure);
        }
    }

    private static void task(ActiveRollout rollout, TaskRow row, List<String> lines) {
        lines.add(row.target() + " " + word(row.state()) + ": " + row.summary());
        for (Cause cause : RolloutViews.causes(rollout, row)) {
            if (!cause.getCure().isEmpty()) {
                lines.add("  " + cause.getCode() + "; cure: " + cause.getCure());
            }
        }
    }

    private void host(Host host, List<String> lines) {
        connection(host, lines);
        host.facts().getProblemsList().forEach(problem -> lines.add("not observed: " + problem));
        host.facts().getGuardsList().forEach(guard -> lines.add(guard(guard)));
    }

    private void connection(Host host, List<String> lines) {
        if (streams.isConnected(host.id())) {
            lines.add("host " + host.name() + " is connected");
        } else {
            lines.add("host " + host.name() + " is not connected; last seen " + host.lastSeen()
                    + "; look at its agent (vzguard-agent run)");
        }
    }

    private void ve(Host host, Ctid ctid, List<String> lines) {
        VeFacts facts =
                Optional.ofNullable(host.ves().get(ctid)).map(Host.Ve::facts).orElse(VeFacts.getDefaultInstance());
        boolean running = facts.getState() == VeState.VE_STATE_RUNNING;
        lines.add("VE " + ctid + " is "
                + facts.getState().name().substring("VE_STATE_".length()).toLowerCase(Locale.ROOT)
                + (facts.getDisabled() ? ", disabled" : "")
                + (facts.getRestartPending() ? "; its config changed since it started: a restart is pending" : ""));
        Optional<Revision> policy = Assessment.policyFor(policies.latest(), host, ctid);
        if (policy.isEmpty()) {
            lines.add("no policy selects it");
        } else {
            Long applied = host.applied(ctid.text()).get(policy.get().name());
            lines.add("policy " + policy.get().name() + " revision "
                    + policy.get().number() + " selects it; "
                    + (applied == null ? "never applied" : "revision " + applied + " was last applied")
                    + (running ? "" : "; pending until started"));
            Assessment.selecting(policies.latest(), host).stream()
                    .filter(other -> !other.name().equals(policy.get().name()))
                    .filter(other -> other.policy().selector().ves().contains(ctid))
                    .forEach(other -> lines.add("policy " + other.name() + " selects it too, with precedence "
                            + other.policy().precedence() + " against "
                            + policy.get().policy().precedence()
                            + (other.policy().precedence()
                                            == policy.get().policy().precedence()
                                    ? ": a conflict, if both want it; give one a greater spec.precedence"
                                    : ", and leaves it alone")));
        }
        facts.getGuardsList().forEach(guard -> lines.add(guard(guard)));
        facts.getProblemsList().forEach(problem -> lines.add("not observed: " + problem));
    }

    /** What stands against bringing it to a policy with nobody typing anything. */
    private void enforcement(Host host, String ctid, List<String> lines) {
        enforcer.findings(host.id()).stream()
                .filter(finding -> finding.target().ctid().equals(ctid))
                .forEach(finding -> lines.add("policy " + finding.policy() + " is not enforced on it now: "
                        + finding.verdict().why()));
    }

    private void tasks(Host host, String ctid, List<String> lines) {
        for (ActiveRollout rollout : rollouts.all()) {
            Optional<TaskRow> row = rollout.machine().tasks().stream()
                    .filter(task -> task.target().hostId().equals(host.id())
                            && task.target().ctid().equals(ctid))
                    .findFirst();
            if (row.isPresent()) {
                lines.add("last rollout of it: " + rollout.id() + " ("
                        + word(rollout.machine().state()) + ")");
                task(rollout, row.get(), lines);
                return;
            }
        }
        lines.add("no rollout took it yet");
    }

    private static String guard(GuardFact guard) {
        return "guard at "
                + guard.getPlacement().name().substring("PLACEMENT_".length()).toLowerCase(Locale.ROOT) + ", IPv"
                + guard.getFamily() + ": "
                + guard.getState()
                        .name()
                        .substring("GUARD_STATE_".length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', ' ')
                + (guard.getDetail().isEmpty() ? "" : ": " + guard.getDetail());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
