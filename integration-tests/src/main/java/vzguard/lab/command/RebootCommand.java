package vzguard.lab.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lab reboot}. */
@Command(name = "reboot", description = "Cuts a host's power, boots it, and waits until its services are up.")
final class RebootCommand implements Callable<Integer> {
    @Mixin
    LabOptions options = new LabOptions();

    @Parameters(paramLabel = "HOST")
    String host = "";

    @Override
    public Integer call() {
        RunningLab lab = options.attached();
        long begin = System.nanoTime();
        lab.reboot(host);
        System.err.printf("%s is up again after %.1f s%n", host, (System.nanoTime() - begin) / 1e9);
        return 0;
    }
}
