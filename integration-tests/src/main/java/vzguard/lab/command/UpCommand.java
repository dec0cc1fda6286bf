package vzguard.lab.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import vzguard.lab.memory.SimulatedLab;
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

    @Mixin
    IptablesOption iptables = new IptablesOption();

    @Mixin
    BootOption boot = new BootOption();

    @Mixin
    GenerationOption generation = new GenerationOption();

    @Option(
            names = "--hurry",
            defaultValue = "1",
            paramLabel = "N",
            description = "Real lab: what vzctl itself waits for is over N times as fast (default: ${DEFAULT-VALUE}).")
    int hurry;

    @Option(
            names = "--neighbours",
            description = "fail2ban and ufw, unpacked for the hosts and VEs; whoever wants one starts it there.")
    boolean neighbours;

    @Option(names = "--no-fleet", hidden = true, description = "No controller, agents and CLI context.")
    boolean bare;

    @Override
    public Integer call() {
        LabSpec spec = new LabSpec(
                options.name,
                hosts,
                ves,
                !bare,
                iptables.backend(),
                neighbours,
                boot.boot(generation.generation()),
                generation.generation(),
                hurry);
        List<String> problems = new ArrayList<>(iptables.problems(options.simulated));
        problems.addAll(boot.problems(options.simulated));
        problems.addAll(generation.problems());
        if (neighbours && options.simulated) {
            problems.add("--neighbours: the simulated lab has programs of its own only; fail2ban and ufw need the real"
                    + " lab, without --simulated");
        }
        problems.addAll(spec.problems());
        if (!problems.isEmpty()) {
            throw new LabOptions.BadInput(String.join("\n", problems));
        }
        Optional<SimulatedLab> inMemory = SimulatedLab.find(spec.name()).filter(SimulatedLab::isAlive);
        if (inMemory.isPresent() && !options.simulated) {
            throw new LabOptions.Refused(
                    "lab " + spec.name() + " is up already, simulated, and no two labs have one name"
                            + "\n  next: vzguard lab down" + options.nameAgain() + ", or choose another with --name");
        }
        if (!options.simulated) {
            LabOptions.requireRoot();
        } else if (RealLab.exists(spec.name())) {
            throw new LabOptions.Refused(
                    "there is a real lab " + spec.name() + " on this machine, and no two labs have one name"
                            + "\n  next: choose another with --name, or take that one down as root: vzguard lab down"
                            + options.nameAgain());
        }
        Optional<RunningLab> present = options.simulated
                ? inMemory.map(RunningLab.Simulated::new)
                : RealLab.attach(spec.name()).map(RunningLab.Real::new);
        if (present.isPresent()) {
            StatusCommand.print(present.get(), false);
            System.err.println("lab " + spec.name() + " is up already");
            return 0;
        }
        return bringUp(spec);
    }

    private int bringUp(LabSpec spec) {
        long begin = System.nanoTime();
        RunningLab lab = options.simulated
                ? new RunningLab.Simulated(
                        SimulatedLab.up(spec, SimulatedLab.Configuration.OF_THE_USER, System.err::println))
                : new RunningLab.Real(real(spec));
        System.err.printf("lab %s is up after %.1f s%n", spec.name(), (System.nanoTime() - begin) / 1e9);
        StatusCommand.print(lab, false);
        return 0;
    }

    private static RealLab real(LabSpec spec) {
        if (SimulatedLab.down(spec.name())) {
            System.err.println("removed what a dead simulated lab " + spec.name() + " had left");
        }
        Thread undo = new Thread(() -> RealLab.down(spec.name()));
        Runtime.getRuntime().addShutdownHook(undo);
        RealLab lab = RealLab.up(spec, System.err::println);
        Runtime.getRuntime().removeShutdownHook(undo);
        return lab;
    }
}
