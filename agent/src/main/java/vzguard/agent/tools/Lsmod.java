package vzguard.agent.tools;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;

/**
 * Which modules the host's kernel has: {@code /proc/modules}, else {@code lsmod}; {@code modules.builtin} of the running
 * kernel; and, on a kernel without loadable modules, {@code /sys/module}. Never to be used inside a VE: there the list is
 * empty or made up.
 */
public final class Lsmod {
    private final CommandRunner runner;
    private final HostFiles files;

    public Lsmod(CommandRunner runner, HostFiles files) {
        this.runner = runner;
        this.files = files;
    }

    /**
     * What was found; names as the kernel writes them.
     *
     * @param source what it was read from
     * @param text that, verbatim
     */
    public record Modules(Set<String> loaded, Set<String> builtIn, String source, String text) {
        public Optional<String> loaded(String module) {
            return KernelNames.of(module).stream().filter(loaded::contains).findFirst();
        }

        public Optional<String> builtIn(String module) {
            return KernelNames.of(module).stream().filter(builtIn::contains).findFirst();
        }
    }

    /** Looks. Never fails: what cannot be read is empty. */
    public Modules look(String kernelRelease) {
        Set<String> builtIn = files.read("/lib/modules/" + kernelRelease + "/modules.builtin").stream()
                .flatMap(String::lines)
                .map(Lsmod::moduleOfPath)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Optional<String> proc = files.read("/proc/modules");
        if (proc.isPresent()) {
            return new Modules(firstWords(proc.get().lines()), builtIn, "/proc/modules", proc.get());
        }
        CommandResult result = runner.run(Command.of("lsmod"));
        if (result.succeeded()) {
            return new Modules(firstWords(result.out().lines().skip(1)), builtIn, "lsmod", result.out());
        }
        builtIn.addAll(files.list("/sys/module"));
        return new Modules(Set.of(), builtIn, "/sys/module", String.join("\n", builtIn));
    }

    private static Set<String> firstWords(Stream<String> lines) {
        return lines.map(line -> KernelNames.normal(line.strip().split("\\s+", 2)[0]))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** {@code kernel/net/netfilter/xt_recent.ko} is xt_recent; compressed ones end in .ko.xz and the like. */
    private static String moduleOfPath(String path) {
        String file = path.strip().substring(path.strip().lastIndexOf('/') + 1);
        int suffix = file.indexOf(".ko");
        return KernelNames.normal(suffix < 0 ? file : file.substring(0, suffix));
    }
}
