package vzguard.agent.observe;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import vzguard.agent.dialect.Dialect;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.guard.SavedFilter;
import vzguard.agent.guard.ScratchChain;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.Family;
import vzguard.agent.model.Place;
import vzguard.agent.model.Share;
import vzguard.agent.model.ShareConfig;
import vzguard.agent.model.VeSnapshot;
import vzguard.agent.model.VeState;
import vzguard.agent.tools.ConfigText;
import vzguard.agent.tools.Iptables;
import vzguard.agent.tools.Vzctl;
import vzguard.agent.tools.Vzlist;
import vzguard.values.Ctid;

/** Looks at one VE: its config on the host, and, when it runs, its inside by one exec. */
final class VeObserver {
    private final Vzctl vzctl;
    private final Iptables iptables;
    private final HostFiles files;
    private final Clock clock;
    private final StartMemory memory;
    private final RandomGenerator random;
    private final ConfigReader configs;
    private final Map<Ctid, Object> looking = new ConcurrentHashMap<>();

    VeObserver(CommandRunner runner, HostFiles files, Clock clock, StartMemory memory, RandomGenerator random) {
        this.vzctl = new Vzctl(runner);
        this.iptables = new Iptables(runner);
        this.files = files;
        this.clock = clock;
        this.memory = memory;
        this.random = random;
        this.configs = new ConfigReader(files);
    }

    VeSnapshot observe(Vzlist.Row row, Dialect dialect, ShareConfig global, Instant globalChanged) {
        String name = ConfigReader.veName(row.ctid());
        ConfigText text = configs.text(name).orElseGet(() -> ConfigText.parse(""));
        ShareConfig config = configs.share(name);
        Share effective = dialect.effective(config, global);
        List<String> problems = new ArrayList<>();
        if (!config.readable()) {
            problems.add(name + " cannot be read");
        }
        if (!config.duplicates().isEmpty()) {
            problems.add(name + " sets " + String.join(", ", config.duplicates())
                    + " more than once: the last counts, but vzctl would rewrite the first");
        }
        Inside inside = row.state() == VeState.RUNNING ? look(row, problems) : Inside.NONE;
        Optional<StartMemory.Start> start = inside.age().map(age -> {
            Instant own = files.modified(name).orElse(Instant.EPOCH);
            boolean globalCounts =
                    config.names().isEmpty() && config.netfilter().isEmpty();
            Instant changed = globalCounts && globalChanged.isAfter(own) ? globalChanged : own;
            return memory.seen(row.ctid(), age.ticks(), inside.at().minus(age.age()), effective, changed);
        });
        return new VeSnapshot(
                row.ctid(),
                row.state(),
                text.isYes("DISABLED"),
                text.isYes("ONBOOT"),
                row.hostname(),
                text.words("IP_ADDRESS").orElse(List.of()),
                config,
                effective,
                start.flatMap(StartMemory.Start::share),
                inside.reachable(),
                inside.facts(),
                start.map(StartMemory.Start::at),
                problems);
    }

    /** @param at when it was seen */
    private record Inside(boolean reachable, VeSnapshot.Inside facts, Optional<InsideReader.Age> age, Instant at) {
        static final Inside NONE = new Inside(false, VeSnapshot.Inside.NOTHING, Optional.empty(), Instant.EPOCH);
    }

    private Inside look(Vzlist.Row row, List<String> problems) {
        CommandResult result;
        ScratchChain chain = ScratchChain.at(clock.instant(), random);
        String script = ObserveScript.text(chain);
        // A sweep and a job at once would lock each other out of the VE's rules: some iptables do not wait.
        synchronized (looking.computeIfAbsent(row.ctid(), ctid -> new Object())) {
            result = vzctl.script(row.ctid(), script, ObserveScript.OUTPUT_LIMIT);
        }
        Instant at = clock.instant();
        ObserveScript.Output output = ObserveScript.read(result.out(), chain);
        if (output.sections().isEmpty()) {
            problems.add(Evidence.clean("VE " + row.ctid() + " runs but answers no exec: " + result.explain()));
            return Inside.NONE;
        }
        if (!output.complete()) {
            problems.add("VE " + row.ctid() + " did not answer in full"
                    + (result.truncated() ? ": it printed more than " + ObserveScript.OUTPUT_LIMIT + " bytes" : "")
                    + (result.timedOut() ? ": it took too long" : ""));
        }
        output.textOf("save" + Family.V4.number())
                .ifPresent(text ->
                        iptables.removeLeftovers(Place.of(row.ctid()), SavedFilter.parse(text), clock.instant()));
        return new Inside(
                true,
                InsideReader.inside(row.ctid(), output, InsideReader.lists(output, files, at)),
                InsideReader.age(output),
                at);
    }
}
