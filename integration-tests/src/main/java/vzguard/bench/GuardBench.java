package vzguard.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.ProcessRunner;
import vzguard.agent.guard.Chains;
import vzguard.agent.guard.GuardRules;
import vzguard.agent.guard.SavedFilter;
import vzguard.agent.guard.ScratchChain;
import vzguard.agent.model.Family;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.agent.observe.ObserveScript;
import vzguard.agent.tools.Iptables;
import vzguard.agent.tools.Vzctl;
import vzguard.lab.real.LabException;
import vzguard.lab.real.UnpackedIptables;
import vzguard.policy.SshGuard;
import vzguard.values.Ctid;

/**
 * What the guards of one host's VEs cost, beside a bash that starts the same programs. Network namespaces stand for VEs and {@code
 * nsenter} for vzctl, whose own time is in neither; the agent's classes and the real iptables of both backends do the work.
 */
final class GuardBench {
    private static final int FIRST_CTID = 101;
    private static final SshGuard ONE = settings(3, Duration.ofMinutes(1));
    private static final SshGuard OTHER = settings(5, Duration.ofMinutes(5));
    /** The goal for a host is given for so many VEs. */
    private static final double VES_OF_GOAL = 120;

    private static final double VES_OF_SWEEP_GOAL = 100;
    private static final double SECONDS_OF_GOAL = 1;
    private static final double MOST_TIMES_BASH = 1.5;

    private final Path folder;
    private final int ves;
    private final int rounds;
    private final Consumer<String> progress;
    private final String prefix = "vzgb" + ProcessHandle.current().pid() + "-";

    GuardBench(Path folder, int ves, int rounds, Consumer<String> progress) {
        this.folder = folder;
        this.ves = ves;
        this.rounds = rounds;
        this.progress = progress;
    }

    private static SshGuard settings(int hits, Duration window) {
        return new SshGuard(
                Set.of(SshGuard.Placement.VE),
                SshGuard.Rule.FIXED_BAN,
                List.of(22),
                window,
                hits,
                "SSH",
                SshGuard.Action.DROP,
                List.of("192.0.2.0/24"),
                false,
                Duration.ofMinutes(10),
                Optional.empty());
    }

    List<Figure> run() throws IOException {
        CommandRunner machine = new ProcessRunner(line -> {});
        List<Figure> figures = new ArrayList<>();
        UnpackedIptables iptables = new UnpackedIptables(Files.createDirectories(folder.resolve("iptables")));
        try {
            progress.accept(ves + " namespaces");
            for (int ve = 0; ve < ves; ve++) {
                must(machine.run(Command.of("ip", "netns", "add", prefix + ve)));
            }
            for (String backend : List.of("legacy", "nft")) {
                figures.addAll(new Backend(backend, iptables.environment(backend)).measure());
            }
        } finally {
            for (int ve = 0; ve < ves; ve++) {
                machine.run(Command.of("ip", "netns", "delete", prefix + ve));
            }
        }
        return figures;
    }

    private static CommandResult must(CommandResult result) {
        if (!result.succeeded()) {
            throw new LabException(result.explain());
        }
        return result;
    }

    /** All VEs, with the iptables of one backend. */
    private final class Backend {
        private final String name;
        private final CommandRunner machine;
        private final Iptables iptables;

        Backend(String name, Map<String, String> environment) {
            this.name = name;
            this.machine = new ProcessRunner(environment, line -> {});
            this.iptables = new Iptables(command -> machine.run(entering(command)));
        }

        /** {@code vzctl --quiet exec3 CTID PROGRAM ...} as a program in a namespace. */
        private Command entering(Command command) {
            int ve = Integer.parseInt(command.argv().get(3)) - FIRST_CTID;
            List<String> argv = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + prefix + ve));
            argv.addAll(command.argv().subList(4, command.argv().size()));
            return new Command(argv, command.stdin(), command.deadline(), command.outputLimit());
        }

        List<Figure> measure() throws IOException {
            Path one = Files.writeString(folder.resolve(name + "-one"), text(ONE));
            String fresh = GuardRules.restoreText(wanted(ONE), SavedFilter.parse(""), Chains.INPUT);
            // Each once, so that all that is made at the first time is there.
            bash(restoreAndSave(Files.writeString(folder.resolve(name + "-fresh"), fresh)));
            agent(OTHER, false);
            List<Double> byBash = new ArrayList<>();
            List<Double> byAgent = new ArrayList<>();
            List<Double> wholeByBash = new ArrayList<>();
            List<Double> wholeByAgent = new ArrayList<>();
            List<Double> sweepByBash = new ArrayList<>();
            List<Double> sweepByAgent = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                byBash.add(bash(restoreAndSave(one)));
                byAgent.add(agent(OTHER, false));
                wholeByBash.add(bash("iptables-save -c -t filter; " + restoreAndSave(one)));
                wholeByAgent.add(agent(OTHER, true));
                sweepByBash.add(bash("iptables-save -t filter; ip6tables-save -t filter"));
                sweepByAgent.add(sweep());
            }
            progress.accept(name + ", seconds for all VEs: bash " + shown(byBash) + "; agent " + shown(byAgent));
            progress.accept(
                    name + ", with reading first: bash " + shown(wholeByBash) + "; agent " + shown(wholeByAgent));
            progress.accept(name + ", sweeps: bash " + shown(sweepByBash) + "; agent " + shown(sweepByAgent));
            double all = Figure.median(byAgent);
            return List.of(
                    Figure.of("apply and verify a VE, " + name, "ms", 1000 * all / ves)
                            .besideRaw(1000 * Figure.median(byBash) / ves)
                            .atMostTimes(MOST_TIMES_BASH),
                    Figure.of("all " + ves + " VEs, " + name, "s", all)
                            .besideRaw(Figure.median(byBash))
                            .atMost(goal(VES_OF_GOAL)),
                    Figure.of("the same, read first, " + name, "ms", 1000 * Figure.median(wholeByAgent) / ves)
                            .besideRaw(1000 * Figure.median(wholeByBash) / ves),
                    Figure.of("look into all VEs, " + name, "s", Figure.median(sweepByAgent))
                            .besideRaw(Figure.median(sweepByBash))
                            .atMost(goal(VES_OF_SWEEP_GOAL)));
        }

        /** In seconds, for as many VEs as there are. */
        private double goal(double vesOfGoal) {
            return Math.round(100 * SECONDS_OF_GOAL * ves / vesOfGoal) / 100.0;
        }

        private String shown(List<Double> seconds) {
            return seconds.stream()
                    .sorted()
                    .map(each -> String.format(java.util.Locale.ROOT, "%.2f", each))
                    .collect(Collectors.joining(" "));
        }

        private String restoreAndSave(Path rules) {
            return "iptables-restore --noflush <" + rules + " && iptables-save -t filter";
        }

        private String text(SshGuard settings) {
            SavedFilter there = SavedFilter.parse("*filter\n:VZG - [0:0]\n:VZG-BAN - [0:0]\n-A INPUT "
                    + wanted(settings).jumps().get(0) + "\nCOMMIT\n");
            return GuardRules.restoreText(wanted(settings), there, Chains.INPUT);
        }

        private OwnRules wanted(SshGuard settings) {
            return GuardRules.wanted(settings, Family.V4, List.of());
        }

        /** One bash that goes through all VEs, in seconds. */
        private double bash(String program) {
            String loop = "for ve in $(seq 0 " + (ves - 1) + "); do nsenter --net=/run/netns/" + prefix + "$ve sh -c '"
                    + program + "' >/dev/null || exit 1; done";
            return seconds(
                    () -> must(machine.run(Command.of("bash", "-c", loop).withDeadline(Duration.ofMinutes(10)))));
        }

        /** Each VE's guard replaced and read back, compared by meaning; in seconds. */
        private double agent(SshGuard settings, boolean readFirst) {
            OwnRules wanted = wanted(settings);
            String text = text(settings);
            return seconds(() -> IntStream.range(0, ves).forEach(ve -> {
                Place place = Place.of(new Ctid(Integer.toString(FIRST_CTID + ve)));
                String written = readFirst
                        ? GuardRules.restoreText(
                                wanted,
                                iptables.saveCounted(place, Family.V4).filter().orElseThrow(),
                                Chains.INPUT)
                        : text;
                Iptables.Changed changed = iptables.change(place, Family.V4, written);
                boolean asWanted = changed.after()
                        .filter()
                        .filter(after -> after.own().equals(wanted))
                        .isPresent();
                if (!asWanted) {
                    throw new LabException(changed.result().explain());
                }
            }));
        }

        /** The script that looks into a VE, in each of them; in seconds. */
        private double sweep() {
            ScratchChain chain = ScratchChain.at(Instant.now(), new Random(1));
            return seconds(() -> IntStream.range(0, ves).forEach(ve -> {
                Command look = Vzctl.execCommand(
                        new Ctid(Integer.toString(FIRST_CTID + ve)), ObserveScript.text(chain), List.of("sh", "-s"));
                ObserveScript.Output seen =
                        ObserveScript.read(must(machine.run(entering(look))).out(), chain);
                if (!seen.complete()) {
                    throw new LabException("a VE did not tell everything");
                }
            }));
        }
    }

    private static double seconds(Runnable work) {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e9;
    }
}
