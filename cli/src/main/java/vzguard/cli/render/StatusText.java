package vzguard.cli.render;

import vzguard.v1.FleetStatus;

/** The fleet at a glance. */
public final class StatusText {
    private StatusText() {}

    public static String render(FleetStatus status, Screen screen) {
        Details details = new Details(screen);
        boolean allThere = status.getHostsConnected() == status.getHosts();
        details.title("fleet");
        details.value(
                "hosts",
                status.getHosts() + ", " + status.getHostsConnected() + " connected",
                allThere ? Tone.PLAIN : Tone.BAD);
        details.value("VEs", status.getVes() + ", " + status.getVesRunning() + " running");
        details.value(
                "guarded",
                status.getVesGuarded() + " of " + Text.count(status.getVesRunning(), "running VE"),
                status.getVesGuarded() == status.getVesRunning() ? Tone.GOOD : Tone.WARN);
        details.value("drifted", "" + status.getVesDrifted(), status.getVesDrifted() == 0 ? Tone.PLAIN : Tone.BAD);
        details.value("restarts due", "" + status.getRestartsPending());
        details.value("policies", "" + status.getPolicies());
        details.value("rollouts", status.getRolloutsActive() + " active");
        details.value("controller", status.getControllerVersion());
        details.list("attention", status.getAttentionList(), Tone.WARN);
        return details.toString();
    }
}
