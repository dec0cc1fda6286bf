package vzguard.lab.command;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import vzguard.lab.real.LabException;
import vzguard.lab.real.LabSpec;
import vzguard.lab.real.RealLab;

/** What all {@code lab} commands take. */
public final class LabOptions {
    static final int FAILED = 1;
    static final int BAD_INPUT = 2;
    static final int REFUSED = 4;

    @Option(
            names = "--name",
            defaultValue = "lab",
            paramLabel = "NAME",
            description = "Name of the lab (default: ${DEFAULT-VALUE}); labs of different names run side by side.")
    String name = "lab";

    /** The running lab, or an exception that says how to get one. */
    RealLab attached() {
        requireName();
        requireRoot();
        return RealLab.attach(name)
                .orElseThrow(() -> new LabException("no lab " + name + " is up; start one with: vzguard lab up"
                        + (name.equals("lab") ? "" : " --name " + name)));
    }

    void requireName() {
        if (!LabSpec.validName(name)) {
            throw new BadInput("--name: \"" + name + "\" is not a lab name: 1-20 of a-z, 0-9 and -, a letter first");
        }
    }

    public static void requireRoot() {
        if (!isRoot()) {
            throw new Refused("the real lab makes namespaces and mounts, which only root may do; run it as root"
                    + " (sudo), or take the lab in memory, which anybody may: vzguard demo --simulated");
        }
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (java.io.IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Wrong arguments: exit code 2. */
    public static final class BadInput extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public BadInput(String message) {
            super(message);
        }
    }

    /** Not for this user or machine: exit code 4. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }
}
