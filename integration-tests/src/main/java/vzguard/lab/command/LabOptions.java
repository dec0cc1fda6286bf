package vzguard.lab.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import vzguard.lab.memory.SimulatedLab;
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

    @Option(
            names = "--simulated",
            description =
                    "The lab in memory, which needs no root. Needed for up only: the others find out by themselves.")
    boolean simulated;

    /** The running lab, of whichever kind it is, or an exception that says how to get one. */
    RunningLab attached() {
        requireName();
        Optional<SimulatedLab> inMemory = SimulatedLab.find(name);
        if (inMemory.isPresent()) {
            return new RunningLab.Simulated(inMemory.get());
        }
        if (!RealLab.exists(name)) {
            throw new LabException("no lab " + name + " is up\n  next: vzguard lab up" + again());
        }
        requireReal();
        return new RunningLab.Real(RealLab.attach(name)
                .orElseThrow(() -> new LabException("lab " + name + " is dead: its server does not answer"
                        + "\n  next: vzguard lab down" + nameAgain() + " removes the rest")));
    }

    /** A real lab of this name is there, and shall be meant. */
    void requireReal() {
        if (simulated) {
            throw new Refused("lab " + name + " is a real one, and --simulated was asked for"
                    + "\n  next: leave --simulated away, or choose another lab with --name");
        }
        if (!isRoot()) {
            throw new Refused(
                    "lab " + name + " on this machine is a real one, and only root may touch it"
                            + "\n  next: run it as root (sudo), or bring up one of your own: vzguard lab up --simulated --name NAME");
        }
    }

    /** The options that name this lab once more. */
    private String again() {
        return (simulated || !isRoot() ? " --simulated" : "") + nameAgain();
    }

    String nameAgain() {
        return name.equals("lab") ? "" : " --name " + name;
    }

    void requireName() {
        if (!LabSpec.validName(name)) {
            throw new BadInput("--name: \"" + name + "\" is not a lab name: 1-20 of a-z, 0-9 and -, a letter first");
        }
    }

    public static void requireRoot() {
        if (!isRoot()) {
            throw new Refused("the real lab makes namespaces and mounts, which only root may do"
                    + "\n  next: run it as root (sudo), or take the lab in memory, which anybody may: --simulated");
        }
    }

    static boolean isRoot() {
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
