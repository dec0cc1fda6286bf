package vzguard.cli.commands;

import vzguard.cli.connect.OperatorClient;
import vzguard.cli.render.RolloutText;
import vzguard.v1.RolloutView;

/** A rollout that a command has just started. */
final class Started {
    private Started() {}

    /** Watches it to its end, or shows it as it is now. The exit code is the rollout's, or 0 when it is not watched. */
    static int follow(Session session, OperatorClient client, RolloutView started, boolean watch) {
        session.console().say("rollout " + started.getRolloutId() + " started");
        if (watch) {
            return new RolloutWatch(session, client, started.getRolloutId()).follow();
        }
        return session.show(started, screen -> RolloutText.headline(started) + "\n" + RolloutText.accounting(started));
    }
}
