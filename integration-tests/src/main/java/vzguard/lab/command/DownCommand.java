package vzguard.lab.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import vzguard.lab.memory.SimulatedLab;
import vzguard.lab.real.RealLab;

/** {@code lab down}. */
@Command(name = "down", description = "Takes a lab down, dead or alive, and leaves nothing of it behind.")
final class DownCommand implements Callable<Integer> {
    @Mixin
    LabOptions options = new LabOptions();

    @Override
    public Integer call() {
        options.requireName();
        System.err.println("lab " + options.name + (takeDown() ? " is down" : " was not up"));
        return 0;
    }

    private boolean takeDown() {
        if (SimulatedLab.down(options.name)) {
            return true;
        }
        if (RealLab.exists(options.name)) {
            options.requireReal();
        }
        // What a lab left without its folder, only root can find.
        return !options.simulated && LabOptions.isRoot() && RealLab.down(options.name);
    }
}
