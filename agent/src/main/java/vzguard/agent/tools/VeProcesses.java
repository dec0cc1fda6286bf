package vzguard.agent.tools;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.agent.exec.HostFiles;
import vzguard.values.Ctid;

/**
 * Finds the init of each VE among the host's processes. An OpenVZ kernel says in /proc/PID/status which VE a process is of
 * ("envID:", a number or since OpenVZ 7 the VE's name) and which process it is in there ("VPid:"); other kernels do not, and
 * then none is found. Both are the kernel's own lines: the one that a VE can word, "Name:", is printed by the kernel in one line.
 * Not seen on such a kernel: the lines are those that monitors of OpenVZ hosts read. Safe for several threads.
 */
public final class VeProcesses {
    private static final Pattern PID = Pattern.compile("\\d{1,10}");
    private static final Pattern ENV = Pattern.compile("(?m)^envID:\\s*(\\S+)$");
    private static final Pattern INIT = Pattern.compile("(?m)^VPid:\\s*1$");
    /** proc(5): the 22nd field, of which the first two end with the last parenthesis; the name between may hold anything. */
    private static final Pattern STARTED = Pattern.compile("(?s).*\\)(?: \\S+){19} (\\d{1,20})(?: .*)?");
    /** The host's own init, of VE 0. */
    private static final String OWN = "/proc/1";

    private final HostFiles files;
    private Map<Ctid, Init> known = Map.of();

    public VeProcesses(HostFiles files) {
        this.files = files;
    }

    /**
     * One VE's init.
     *
     * @param directory of the process, below /proc
     * @param startedAt in ticks since the host's boot: with the number it names one process for ever
     */
    public record Init(Ctid ctid, String directory, long startedAt) {}

    /** That of one VE; empty when it does not run, or the kernel does not tell. */
    public synchronized Optional<Init> of(Ctid ve) {
        Set<Ctid> wanted = new TreeSet<>(known.keySet());
        wanted.add(ve);
        return Optional.ofNullable(of(wanted).get(ve));
    }

    /** Those that are found of these VEs. All processes are read only when one that is known has gone, or one is not known. */
    public synchronized Map<Ctid, Init> of(Set<Ctid> ves) {
        if (env(OWN).isEmpty()) {
            return Map.of();
        }
        Map<Ctid, Init> found = new HashMap<>();
        known.forEach((ctid, init) -> {
            if (ves.contains(ctid) && isStill(init)) {
                found.put(ctid, init);
            }
        });
        if (!found.keySet().containsAll(ves)) {
            for (String name : files.list("/proc")) {
                if (PID.matcher(name).matches()) {
                    init("/proc/" + name)
                            .filter(init -> ves.contains(init.ctid()))
                            .ifPresent(init -> found.putIfAbsent(init.ctid(), init));
                }
            }
        }
        known = Map.copyOf(found);
        return known;
    }

    /** Whether it is still the same process: numbers of processes are used again. */
    public boolean isStill(Init init) {
        return init(init.directory()).equals(Optional.of(init));
    }

    private Optional<Init> init(String directory) {
        return env(directory)
                .filter(env -> Ctid.isValid(env) && !env.equals("0"))
                .filter(env -> files.read(directory + "/status")
                        .filter(text -> INIT.matcher(text).find())
                        .isPresent())
                .flatMap(env -> startedAt(directory).map(started -> new Init(new Ctid(env), directory, started)));
    }

    private Optional<Long> startedAt(String directory) {
        return files.read(directory + "/stat")
                .map(String::strip)
                .map(STARTED::matcher)
                .filter(Matcher::matches)
                .map(stat -> Long.valueOf(stat.group(1)));
    }

    private Optional<String> env(String directory) {
        return files.read(directory + "/status")
                .map(ENV::matcher)
                .filter(Matcher::find)
                .map(line -> line.group(1));
    }
}
