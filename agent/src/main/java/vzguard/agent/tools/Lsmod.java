package vzguard.agent.tools;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import vzguard.agent.dialect.KernelNames;
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
    private static final String CONNTRACK = "nf_conntrack";

    /** What connection tracking of IPv4 needs: its user is nf_conntrack_ipv4, or nf_conntrack where they are one. */
    private static final String DEFRAGMENTATION = "nf_defrag_ipv4";

    private final CommandRunner runner;
    private final HostFiles files;

    public Lsmod(CommandRunner runner, HostFiles files) {
        this.runner = runner;
        this.files = files;
    }

    /**
     * What was found; names as the kernel writes them.
     *
     * @param oneConntrack {@code nf_conntrack} does IPv4 by itself, as since 4.19
     * @param takesModules the kernel has loadable modules: what is absent could be loaded
     * @param source what it was read from
     * @param text that, verbatim
     */
    public record Modules(
            Set<String> loaded,
            Set<String> builtIn,
            boolean oneConntrack,
            boolean takesModules,
            String source,
            String text) {
        public Optional<String> loaded(String module) {
            return names(module).filter(loaded::contains).findFirst();
        }

        public Optional<String> builtIn(String module) {
            return names(module).filter(builtIn::contains).findFirst();
        }

        private Stream<String> names(String module) {
            boolean also = oneConntrack && module.equals("ip_conntrack");
            return Stream.concat(KernelNames.of(module).stream(), also ? Stream.of(CONNTRACK) : Stream.empty());
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
            return of(proc.get().lines().toList(), builtIn, "/proc/modules", proc.get());
        }
        CommandResult result = runner.run(Command.of("lsmod"));
        if (result.succeeded()) {
            return of(result.out().lines().skip(1).toList(), builtIn, "lsmod", result.out());
        }
        builtIn.addAll(files.list("/sys/module"));
        // There only what has parameters shows, which IPv4's part has not.
        return new Modules(Set.of(), builtIn, true, false, "/sys/module", String.join("\n", builtIn));
    }

    private static Modules of(List<String> lines, Set<String> builtIn, String source, String text) {
        Set<String> loaded = new LinkedHashSet<>();
        boolean oneConntrack = builtIn.contains(CONNTRACK) && builtIn.contains(DEFRAGMENTATION);
        for (String line : lines) {
            // Both have the users of a module, separated by commas, as fourth word.
            String[] words = line.strip().split("\\s+");
            String name = KernelNames.normal(words[0]);
            if (!name.isEmpty()) {
                loaded.add(name);
                oneConntrack |= name.equals(DEFRAGMENTATION)
                        && words.length > 3
                        && List.of(words[3].split(",")).contains(CONNTRACK);
            }
        }
        return new Modules(loaded, builtIn, oneConntrack, true, source, text);
    }

    /** {@code kernel/net/netfilter/xt_recent.ko} is xt_recent; compressed ones end in .ko.xz and the like. */
    private static String moduleOfPath(String path) {
        String file = path.strip().substring(path.strip().lastIndexOf('/') + 1);
        int suffix = file.indexOf(".ko");
        return KernelNames.normal(suffix < 0 ? file : file.substring(0, suffix));
    }
}
