package vzguard.agent.observe;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.agent.exec.HostFiles;
import vzguard.values.Ctid;

/**
 * Finds the init of each VE among the host's processes. An OpenVZ kernel says in /proc/PID/status which VE a process is of
 * ("envID:", a number or since OpenVZ 7 the VE's name) and which process it is in there ("VPid:"); other kernels do not, and
 * then none is found. Not seen on such a kernel: the lines are those that monitors of OpenVZ hosts read.
 */
final class VeProcesses {
    private static final Pattern PID = Pattern.compile("\\d{1,10}");
    private static final Pattern ENV = Pattern.compile("(?m)^envID:\\s*(\\S+)$");
    private static final Pattern INIT = Pattern.compile("(?m)^VPid:\\s*1$");
    private static final String OWN = "/proc/self";

    private final HostFiles files;
    private Map<Ctid, Init> known = Map.of();

    VeProcesses(HostFiles files) {
        this.files = files;
    }

    /** @param directory of the process, below /proc */
    record Init(Ctid ctid, String directory) {}

    /** Those that are found of these VEs. All processes are read only when one that is known has gone, or one is not known. */
    synchronized Map<Ctid, Init> of(Set<Ctid> ves) {
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

    /** Whether it is still the same VE's init: numbers of processes are used again. */
    boolean isStill(Init init) {
        return init(init.directory()).equals(Optional.of(init));
    }

    private Optional<Init> init(String directory) {
        return env(directory)
                .filter(env -> Ctid.isValid(env) && !env.equals("0"))
                .filter(env -> files.read(directory + "/status")
                        .filter(text -> INIT.matcher(text).find())
                        .isPresent())
                .map(env -> new Init(new Ctid(env), directory));
    }

    private Optional<String> env(String directory) {
        return files.read(directory + "/status")
                .map(ENV::matcher)
                .filter(Matcher::find)
                .map(line -> line.group(1));
    }
}
