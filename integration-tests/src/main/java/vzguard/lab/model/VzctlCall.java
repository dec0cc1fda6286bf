package vzguard.lab.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A vzctl command line, taken apart: global options stand before the action, everything after the VE belongs to the action.
 *
 * @param ve the VE as given, number or name
 */
record VzctlCall(boolean quiet, boolean skipLock, String action, Optional<String> ve, List<String> rest) {
    /** The actions that the model knows. */
    private static final List<String> ACTIONS = List.of(
            "status",
            "start",
            "stop",
            "restart",
            "mount",
            "umount",
            "exec",
            "exec2",
            "exec3",
            "enter",
            "runscript",
            "set",
            "create",
            "destroy",
            "delete");

    static VzctlCall parse(List<String> arguments) {
        List<String> left = new ArrayList<>(arguments);
        boolean quiet = false;
        boolean skipLock = false;
        while (!left.isEmpty() && left.get(0).startsWith("--") && !left.get(0).equals("--version")) {
            String option = left.remove(0);
            quiet |= option.equals("--quiet");
            skipLock |= option.equals("--skiplock");
        }
        String action = left.isEmpty() ? "" : left.remove(0);
        Optional<String> ve = left.isEmpty() ? Optional.empty() : Optional.of(left.remove(0));
        return new VzctlCall(quiet, skipLock, action, ve, List.copyOf(left));
    }

    boolean isKnown() {
        return ACTIONS.contains(action);
    }

    boolean has(String option) {
        return rest.contains(option);
    }
}
