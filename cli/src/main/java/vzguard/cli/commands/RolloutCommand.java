package vzguard.cli.commands;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import vzguard.cli.outcome.CommandFailed;
import vzguard.cli.render.Documents;
import vzguard.cli.render.RolloutText;
import vzguard.v1.ControlRolloutRequest;
import vzguard.v1.ListRolloutsReply;
import vzguard.v1.ListRolloutsRequest;
import vzguard.v1.RolloutAction;
import vzguard.v1.RolloutView;
import vzguard.v1.StartRolloutRequest;
import vzguard.v1.TaskState;

/** {@code vzguard rollout}. */
@Command(name = "rollout", description = "Roll policies out in waves, and steer it.")
public final class RolloutCommand {
    private final Session session;

    public RolloutCommand(Session session) {
        this.session = session;
    }

    @Command(description = "Start to roll a policy out, and watch it.")
    int start(
            @Parameters(paramLabel = "POLICY", description = "Its name") String policy,
            @Option(names = "--revision", paramLabel = "N", defaultValue = "0", description = "Default: the latest")
                    long revision,
            @Option(
                            names = "--select",
                            paramLabel = "SELECTOR",
                            description = "Of its targets only these: hn1, hn1/101, dc=tokyo/101-120, 101")
                    @Nullable
                    String select,
            @Option(
                            names = "--plan",
                            paramLabel = "PLAN",
                            description =
                                    "Do what this plan showed, and leave alone what has changed since; its name as"
                                            + " `vzguard plan` gave it: p12/3f2a9c41d07e")
                    @Nullable
                    String plan,
            @Option(
                            names = "--watch",
                            negatable = true,
                            defaultValue = "true",
                            fallbackValue = "true",
                            description = "Watch until it has ended, or return at once; default: watch")
                    boolean watch) {
        StartRolloutRequest.Builder request =
                StartRolloutRequest.newBuilder().setPolicy(policy).setRevision(revision);
        if (select != null) {
            if (select.isBlank()) {
                throw CommandFailed.badInput(
                        "--select \"\" would mean every target of the policy; for that leave --select out");
            }
            request.setWithin(Selection.parse(select));
        }
        if (plan != null) {
            request.setPlan(plan);
        }
        return session.ask(client -> {
            RolloutView started = client.quick().startRollout(request.build());
            return Started.follow(session, client, started, watch);
        });
    }

    @Command(description = "List rollouts, newest first.")
    int list(@Option(names = "--active", description = "Only those that have not ended") boolean active) {
        return session.ask(client -> {
            ListRolloutsReply reply = client.quick()
                    .listRollouts(ListRolloutsRequest.newBuilder()
                            .setActiveOnly(active)
                            .build());
            return session.show(
                    () -> Documents.list("rollouts", reply.getRolloutsList()),
                    screen -> RolloutText.table(reply.getRolloutsList(), screen));
        });
    }

    @Command(description = "One rollout with its targets; of more than 200 those that run or are not well.")
    int show(
            @Parameters(paramLabel = "ROLLOUT", description = "r1, r2, ...") String rollout,
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            split = ",",
                            description = "Only targets in these: pending, running, done, no-op, failed, refused,"
                                    + " unreachable, skipped")
                    @Nullable
                    List<String> states,
            @Option(names = "--all", description = "Every target, however many") boolean all) {
        List<TaskState> wanted = states == null ? List.of() : RolloutStates.parse(states);
        return session.ask(client -> {
            RolloutTasks tasks = new RolloutTasks(client, rollout);
            boolean readable = wanted.isEmpty() && !all && !session.format().isForPrograms();
            RolloutView view = readable ? tasks.readable() : tasks.all(wanted);
            return session.show(view, screen -> RolloutText.show(view, screen));
        });
    }

    @Command(description = "Watch a rollout until it has ended; Ctrl-C detaches.")
    int watch(@Parameters(paramLabel = "ROLLOUT", description = "r1, r2, ...") String rollout) {
        return session.ask(client -> new RolloutWatch(session, client, rollout).follow());
    }

    @Command(description = "Start no further target.")
    int pause(@Parameters(paramLabel = "ROLLOUT", description = "r1, r2, ...") String rollout) {
        return control(rollout, RolloutAction.ROLLOUT_ACTION_PAUSE);
    }

    @Command(description = "Go on after a pause or a stop.")
    int resume(@Parameters(paramLabel = "ROLLOUT", description = "r1, r2, ...") String rollout) {
        return control(rollout, RolloutAction.ROLLOUT_ACTION_RESUME);
    }

    @Command(description = "End it; targets that were not started are skipped.")
    int abort(@Parameters(paramLabel = "ROLLOUT", description = "r1, r2, ...") String rollout) {
        return control(rollout, RolloutAction.ROLLOUT_ACTION_ABORT);
    }

    @Command(description = "Failed, refused and unreachable targets again.")
    int retry(@Parameters(paramLabel = "ROLLOUT", description = "r1, r2, ...") String rollout) {
        return control(rollout, RolloutAction.ROLLOUT_ACTION_RETRY);
    }

    @Command(description = "Targets left alone because they had changed since the plan, by what was planned anew.")
    int approve(@Parameters(paramLabel = "ROLLOUT", description = "r1, r2, ...") String rollout) {
        return control(rollout, RolloutAction.ROLLOUT_ACTION_APPROVE);
    }

    @Command(description = "Skip the rest of the soak.")
    int promote(@Parameters(paramLabel = "ROLLOUT", description = "r1, r2, ...") String rollout) {
        return control(rollout, RolloutAction.ROLLOUT_ACTION_PROMOTE);
    }

    @Command(description = "Bring every target back to what it had before this rollout, by a new one, and watch that.")
    int rollback(
            @Parameters(paramLabel = "ROLLOUT", description = "r1, r2, ...") String rollout,
            @Option(
                            names = "--watch",
                            negatable = true,
                            defaultValue = "true",
                            fallbackValue = "true",
                            description = "Watch until it has ended, or return at once; default: watch")
                    boolean watch) {
        return session.ask(client -> {
            RolloutView back = client.quick()
                    .controlRollout(ControlRolloutRequest.newBuilder()
                            .setRolloutId(rollout)
                            .setAction(RolloutAction.ROLLOUT_ACTION_ROLLBACK)
                            .build());
            return Started.follow(session, client, back, watch);
        });
    }

    private int control(String rollout, RolloutAction action) {
        return session.ask(client -> {
            RolloutView view = client.quick()
                    .controlRollout(ControlRolloutRequest.newBuilder()
                            .setRolloutId(rollout)
                            .setAction(action)
                            .build());
            return session.show(view, screen -> RolloutText.headline(view) + "\n" + RolloutText.accounting(view));
        });
    }
}
