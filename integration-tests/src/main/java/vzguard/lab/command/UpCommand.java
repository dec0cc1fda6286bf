package vzguard.lab.command;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import vzguard.lab.real.LabSpec;
import vzguard.lab.real.RealLab;

/** {@code lab up}. */
@Command(name = "up", description = "Brings a lab up; says what is up when it is already.")
final class UpCommand implements Callable<Integer> {
    @Mixin
    LabOptions options = new LabOptions();

    @Option(names = "--hosts", defaultValue = "3", paramLabel = "N", description = "Hosts (default: ${DEFAULT-VALUE}).")
    int hosts;

    @Option(
            names = "--ves",
            defaultValue = "4",
            paramLabel = "M",
            description = "VEs per host (default: ${DEFAULT-VALUE}).")
    int ves;

    @Option(names = "--no-fleet", hidden = true, description = "No controller, agents and CLI context.")
    boolean bare;

    @Override
    public Integer call() {
        LabSpec spec = new LabSpec(options.name, hosts, ves, !bare);
        List<String> problems = spec.problems();
        if (!problems.isEmpty()) {
            throw new LabOptions.BadInput(String.join("\n", problems));
        }
        LabOptions.requireRoot();
        Optional<RealLab> present = RealLab.attach(spec.name());
        if (present.isPresent()) {
            System.err.println("lab " + spec.name() + " is up already");
            StatusCommand.print(present.get(), false);
            return 0;
        }
        long begin = System.nanoTime();
        Thread undo = new Thread(() -> RealLab.down(spec.name()));
        Runtime.getRuntime().addShutdownHook(undo);
        RealLab lab = RealLab.up(spec, System.err::println);
        Runtime.getRuntime().removeShutdownHook(undo);
        System.err.printf("lab %s is up after %.1f s%n", spec.name(), (System.nanoTime() - begin) / 1e9);
        StatusCommand.print(lab, false);
        return 0;
    }
}
