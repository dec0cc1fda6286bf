package vzguard.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import vzguard.lab.command.LabOptions;
import vzguard.lab.real.LabException;

/** {@code vzguard bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        subcommands = GuardBenchCommand.class,
        description =
                "Measures the controller with many agents on this machine, beside a bare gRPC loop. Everything talks over"
                        + " loopback and is taken away afterwards. Exit code 1 when a goal is missed.")
public final class BenchCommand implements Callable<Integer> {
    private static final int MAX_AGENTS = 10_000;
    private static final int MAX_VES = 50;
    private static final int MAX_IDLE = 600;
    /** In memory: thousands of agents share one disk here, which they never do elsewhere. */
    private static final Path MEMORY = Path.of("/dev/shm");

    @Option(
            names = "--agents",
            defaultValue = "1000",
            paramLabel = "N",
            description = "1-" + MAX_AGENTS + " (default: ${DEFAULT-VALUE}).")
    int agents;

    @Option(
            names = "--ves",
            defaultValue = "5",
            paramLabel = "N",
            description = "VEs of each host, 1-" + MAX_VES + " (default: ${DEFAULT-VALUE}).")
    int ves;

    @Option(
            names = "--idle",
            defaultValue = "20",
            paramLabel = "SECONDS",
            description = "How long to watch a controller to which nothing happens, 1-600 (default: ${DEFAULT-VALUE}).")
    int idle;

    @Option(
            names = "--growth",
            paramLabel = "FILE",
            description =
                    "Run it for 100, 1000 and 10000 agents, up to --agents; FILE gets a plot (SVG) of how cost grows.")
    Optional<Path> growth = Optional.empty();

    @Option(names = "-o", paramLabel = "FORMAT", description = "json for programs.")
    String format = "table";

    @Override
    public Integer call() throws IOException {
        check("--agents", agents, MAX_AGENTS);
        check("--ves", ves, MAX_VES);
        if (!List.of("table", "json").contains(format)) {
            throw new LabOptions.BadInput("-o " + format + " (permitted: table, json)");
        }
        check("--idle", idle, MAX_IDLE);
        // What each of thousands of agents has to say about a controller that is killed on purpose is for nobody.
        Logger.getLogger("").setLevel(Level.SEVERE);
        SortedMap<Integer, List<Figure>> runs = new TreeMap<>();
        for (int size : growth.isEmpty() ? List.of(agents) : sizes(agents)) {
            runs.put(size, run(size));
        }
        if (growth.isPresent()) {
            Files.writeString(growth.get(), Growth.plot(runs));
            System.err.print(Growth.table(runs));
        }
        List<Figure> figures = List.copyOf(runs.values()).get(runs.size() - 1);
        System.out.print(
                format.equals("json") ? BenchText.json(agents, ves, figures) : BenchText.table("BARE LOOP", figures));
        return figures.stream().allMatch(Figure::isMet) ? 0 : 1;
    }

    private static List<Integer> sizes(int most) {
        return Stream.concat(Stream.of(100, 1000, 10_000).filter(size -> size < most), Stream.of(most))
                .toList();
    }

    private List<Figure> run(int size) throws IOException {
        Path folder = Files.createTempDirectory(
                Files.isWritable(MEMORY) ? MEMORY : Path.of(System.getProperty("java.io.tmpdir")), "vzguard-bench");
        try {
            long begin = System.nanoTime();
            return new Bench(
                            controllerJar(),
                            folder,
                            size,
                            ves,
                            Duration.ofSeconds(idle),
                            text -> System.err.println(seconds(begin) + " " + text))
                    .run();
        } finally {
            delete(folder);
        }
    }

    static void check(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new LabOptions.BadInput(option + " " + value + " (permitted: 1-" + most + ")");
        }
    }

    private static String seconds(long begin) {
        return String.format("%4d s", (System.nanoTime() - begin) / 1_000_000_000L);
    }

    /** Beside this class's own archive, where the build puts it. */
    private static Path controllerJar() throws IOException {
        Path modules = Path.of(System.getProperty("java.class.path"))
                .toAbsolutePath()
                .resolve("../../..")
                .normalize();
        try (Stream<Path> jars = Files.list(modules.resolve("controller/target"))) {
            return jars.filter(jar -> jar.toString().endsWith("-all.jar"))
                    .findFirst()
                    .orElseThrow(() -> new LabException("there is no controller in " + modules + "; build it first"));
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
