package vzguard.agent.diagnose;

import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.guard.Backends;
import vzguard.agent.guard.ScratchChain;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Place;
import vzguard.agent.model.VeSnapshot;
import vzguard.agent.model.VeState;
import vzguard.agent.tools.ConfigText;
import vzguard.agent.tools.Iptables;
import vzguard.agent.tools.Lsmod;
import vzguard.agent.tools.PlacePrograms;
import vzguard.policy.SshGuard;
import vzguard.values.Ctid;

/**
 * Looks at one place and says what is wrong: facts first, then an experiment that changes nothing that counts. Thread
 * safe as far as different places go.
 */
public final class Diagnoser {
    private static final List<List<String>> PUBLISHED_RULES = List.of(
            List.of(
                    "-p", "tcp", "--dport", "22", "-m", "state", "--state", "NEW", "-m", "recent", "--set", "--name",
                    "VZGTRY"),
            List.of(
                    "-p",
                    "tcp",
                    "--dport",
                    "22",
                    "-m",
                    "state",
                    "--state",
                    "NEW",
                    "-m",
                    "recent",
                    "--update",
                    "--seconds",
                    "60",
                    "--hitcount",
                    "3",
                    "--rttl",
                    "--name",
                    "VZGTRY",
                    "-j",
                    "DROP"));
    private static final List<String> LOCK_DIRECTORIES = List.of("/vz/lock", "/var/lib/vz/lock");

    /** A lock that is held for so many attempts is not just another rule being written. */
    private static final int ATTEMPTS = 5;

    private final CommandRunner runner;
    private final PlacePrograms programs;
    private final HostFiles files;
    private final Clock clock;
    private final RandomGenerator random;
    private final Function<Place, HostSnapshot> observe;

    /**
     * @param random for the names of scratch chains; safe for several threads
     * @param observe the host, and of its VEs at most the one of the place, as they are now
     */
    public Diagnoser(
            CommandRunner runner,
            HostFiles files,
            Clock clock,
            RandomGenerator random,
            Function<Place, HostSnapshot> observe) {
        this.runner = runner;
        this.programs = new PlacePrograms(runner);
        this.files = files;
        this.clock = clock;
        this.random = random;
        this.observe = observe;
    }

    /** @param applied settings that this agent last applied there */
    public Diagnosis diagnose(Place place, Optional<SshGuard> applied) {
        HostSnapshot host = observe.apply(place);
        DiagnosisFacts facts = new DiagnosisFacts(
                place,
                host,
                applied,
                lsmod(host),
                place.ctid().flatMap(ctid -> lock(ctid, host)),
                raw(place, host),
                new SignsReader(files, programs).read(place, host, canAsk(place, host)));
        return Diagnosis.of(facts, experiment(place, host));
    }

    /** A table that is not there yet would be made, and its module loaded, by looking at it. */
    private Map<Family, String> raw(Place place, HostSnapshot host) {
        Map<Family, String> tables = new EnumMap<>(Family.class);
        for (GuardSeen guard : host.at(place)) {
            Family family = guard.family();
            if (Untracked.wantingState(guard).isEmpty()) {
                continue;
            }
            boolean nft =
                    programs.run(place, "", family.program(), "--version").out().contains("nf_tables");
            boolean there = nft
                    || programs.run(place, "", "cat", Backends.legacyTables(family))
                            .out()
                            .lines()
                            .anyMatch("raw"::equals);
            if (there) {
                tables.put(
                        family,
                        programs.run(place, "", family.program() + "-save", "-t", "raw")
                                .out());
            }
        }
        return tables;
    }

    private Experiment experiment(Place place, HostSnapshot host) {
        if (!canAsk(place, host)) {
            return Experiment.NONE;
        }
        Evidence version = tried(place, List.of("iptables", "--version"));
        boolean wouldLoad = place.ctid().isEmpty()
                && !Stream.of("ipt_recent", "ipt_state", "ip_conntrack")
                        .allMatch(name -> host.module(name).present());
        if (version.exit().orElse(1) != 0 || wouldLoad) {
            // On a host a rule makes iptables load what it names: looking must not change that.
            return Experiment.of(version, List.of());
        }
        String chain = ScratchChain.at(clock.instant(), random).name();
        Evidence made = tried(place, List.of("iptables", "-N", chain));
        for (int attempt = 1; attempt < ATTEMPTS && isLockedOut(made); attempt++) {
            made = tried(place, List.of("iptables", "-N", chain));
        }
        return isLockedOut(made)
                ? new Experiment(Optional.of(version), List.of(), Optional.of(made))
                : Experiment.of(version, trials(place, chain));
    }

    private static boolean canAsk(Place place, HostSnapshot host) {
        return place.ctid().isEmpty()
                || host.ve(place.ctid().get())
                        .filter(ve -> ve.state() == VeState.RUNNING)
                        .filter(VeSnapshot::reachable)
                        .isPresent();
    }

    private List<Experiment.Trial> trials(Place place, String chain) {
        List<Experiment.Trial> trials = new ArrayList<>();
        try {
            for (List<String> rule : PUBLISHED_RULES) {
                List<String> argv = new ArrayList<>(List.of("iptables", "-A", chain));
                argv.addAll(rule);
                Evidence trial = tried(place, argv);
                if (!isLockedOut(trial)) {
                    trials.add(new Experiment.Trial(trial));
                }
            }
        } finally {
            tried(place, List.of("iptables", "-F", chain));
            tried(place, List.of("iptables", "-X", chain));
        }
        return trials;
    }

    /** Another program works on the rules: that is no refusal. */
    private static boolean isLockedOut(Evidence tried) {
        return tried.exit().orElse(0) != 0 && Iptables.saysLocked(tried.text());
    }

    /** The chain is shown without what makes its name unique: the same diagnosis twice reads the same. */
    private Evidence tried(Place place, List<String> argv) {
        String[] words = argv.toArray(new String[0]);
        Evidence real = PlacePrograms.evidence(place, programs.run(place, "", words), words);
        return Evidence.ofProgram(
                ScratchChain.shown(real.source()), real.exit().orElse(0), ScratchChain.shown(real.text()));
    }

    private Evidence lsmod(HostSnapshot host) {
        Lsmod.Modules modules = new Lsmod(runner, files).look(host.kernel());
        String lines = modules.text()
                .lines()
                .filter(line -> line.contains("recent") || line.contains("conntrack") || line.contains("xt_state"))
                .collect(Collectors.joining("\n"));
        return Evidence.ofFile(
                modules.source() + ", lines with recent, conntrack or xt_state", lines.isEmpty() ? "none" : lines);
    }

    /** vzctl makes the file LOCKDIR/CTID.lck with its process id; of a dead process it is stale, and vzctl removes it. */
    private Optional<Evidence> lock(Ctid ctid, HostSnapshot host) {
        Stream<String> named = ConfigText.parse(host.vzConf().text()).value("LOCKDIR").stream();
        for (String directory :
                Stream.concat(named, LOCK_DIRECTORIES.stream()).distinct().toList()) {
            String path = directory + "/" + ctid + ".lck";
            Optional<String> content = files.read(path);
            String pid =
                    content.flatMap(text -> text.lines().findFirst()).orElse("").strip();
            if (pid.matches("[1-9][0-9]{0,9}") && files.exists("/proc/" + pid)) {
                return Optional.of(Evidence.ofFile(path, content.orElse("")));
            }
        }
        return Optional.empty();
    }
}
