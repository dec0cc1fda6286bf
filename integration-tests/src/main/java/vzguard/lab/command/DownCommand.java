package vzguard.lab.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import vzguard.lab.real.RealLab;

/** {@code lab down}. */
@Command(name = "down", description = "Takes a lab down, dead or alive, and leaves nothing of it behind.")
final class DownCommand implements Callable<Integer> {
    @Mixin
    LabOptions options = new LabOptions();

    @Override
    public Integer call() {
        options.requireName();
        LabOptions.requireRoot();
        System.err.println(
                RealLab.down(options.name)
                        ? "lab " + options.name + " is down"
                        : "lab " + options.name + " was not up");
        return 0;
    }
}
