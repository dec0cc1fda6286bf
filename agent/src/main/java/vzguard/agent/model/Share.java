package vzguard.agent.model;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a VE may use of the host's netfilter: the effect of its configuration, not its text. */
public sealed interface Share {
    /** Whether it may use a feature, by vzctl's module name. Features that vzctl does not know are not limited. */
    boolean permits(String module);

    /** The least netfilter mode that permits as much. */
    NetfilterMode mode();

    /** For people: the names, or the mode. */
    String describe();

    default boolean permitsAll(List<String> modules) {
        return modules.stream().allMatch(this::permits);
    }

    /**
     * {@code IPTABLES=}.
     *
     * @param modules vzctl's names, with all that they imply, sorted
     */
    record Names(Set<String> modules) implements Share {
        public Names {
            modules = java.util.Collections.unmodifiableSet(new TreeSet<>(ShareNames.closure(modules)));
        }

        @Override
        public boolean permits(String module) {
            return !ShareNames.isKnown(module) || modules.contains(module);
        }

        @Override
        public NetfilterMode mode() {
            return modules.stream()
                    .map(ShareNames::modeFor)
                    .max(java.util.Comparator.naturalOrder())
                    .orElse(NetfilterMode.DISABLED);
        }

        @Override
        public String describe() {
            return modules.stream().collect(Collectors.joining(" "));
        }
    }

    /** {@code NETFILTER=}: wins over {@code IPTABLES=}. */
    record Mode(NetfilterMode mode) implements Share {
        @Override
        public boolean permits(String module) {
            return mode.covers(ShareNames.modeFor(module));
        }

        @Override
        public String describe() {
            return "netfilter " + mode.word();
        }
    }
}
