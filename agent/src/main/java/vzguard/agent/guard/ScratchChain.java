package vzguard.agent.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The chain of one experiment: nothing jumps to it, and it is gone when the experiment ends. Each experiment has a name of
 * its own, so that a running agent and a local verb beside it do not remove each other's. The name holds the time: a chain
 * that is older than any experiment can last was left behind by an agent that was killed.
 *
 * @param name {@code VZG-TRY-}, seconds since 1970 in hex, {@code -}, four hex digits: 21 characters
 */
public record ScratchChain(String name) {
    /** What every name begins with, and how people are shown all of them. */
    public static final String SHOWN = "VZG-TRY";

    /** Longer than all programs of an experiment may take together. */
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private static final Pattern NAME = Pattern.compile(SHOWN + "-([0-9a-f]{8})-[0-9a-f]{4}");

    public ScratchChain {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not the name of a scratch chain: " + name);
        }
    }

    /** A name that no other experiment has. */
    public static ScratchChain at(Instant now, RandomGenerator random) {
        return new ScratchChain(String.format(
                Locale.ROOT, "%s-%08x-%04x", SHOWN, now.getEpochSecond() & 0xffffffffL, random.nextInt(1 << 16)));
    }

    /** A text with the names of scratch chains as people are shown them: the same for every experiment. */
    public static String shown(String text) {
        return text.contains(SHOWN) ? NAME.matcher(text).replaceAll(SHOWN) : text;
    }

    /** Whether a chain is an experiment's; the name without time and number is that of earlier versions. */
    static boolean isOne(String chain) {
        return chain.equals(SHOWN) || NAME.matcher(chain).matches();
    }

    /** Scratch chains of the table that nobody works with any more and nothing refers to, sorted. */
    public static List<String> leftovers(SavedFilter filter, Instant now) {
        return filter.chains().stream()
                .filter(chain -> isLeftover(chain, now))
                .filter(chain -> filter.rules().stream().noneMatch(rule -> rule.refersTo(chain)))
                .toList();
    }

    private static boolean isLeftover(String chain, Instant now) {
        Matcher name = NAME.matcher(chain);
        if (!name.matches()) {
            return chain.equals(SHOWN);
        }
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(name.group(1), 16)), now);
        return age.abs().compareTo(LONGEST) > 0;
    }

    /**
     * Input for {@code iptables-restore --noflush} that removes chains in one commit. Where something has come to refer to
     * one of them since, the kernel refuses the commit as a whole and nothing is changed.
     */
    public static String removalText(List<String> chains) {
        List<String> lines = new ArrayList<>(List.of("*filter"));
        chains.forEach(chain -> lines.add(":" + chain + " - [0:0]"));
        chains.forEach(chain -> lines.add("-X " + chain));
        lines.add("COMMIT");
        return String.join("\n", lines) + "\n";
    }
}
