package vzguard.agent.diagnose;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.GuardSeen;

/**
 * Rules that are dead without a word: they count connections by their state, and the port is exempt from connection tracking, as
 * busy hosts have it. What vzguard writes needs no state. Pure.
 */
final class Untracked {
    private static final Pattern EXEMPTS = Pattern.compile("-A PREROUTING .*-j (?:NOTRACK|CT --notrack)\\b.*");
    private static final Pattern PROTOCOL = Pattern.compile(" -p (\\S+)");
    private static final Pattern PORTS = Pattern.compile(" (?:--dport|--dports|--ports) (\\S+)");
    private static final Pattern SOURCE_PORTS = Pattern.compile(" --sports? ");
    private static final String STATE = "state ";
    private static final int SSH = 22;

    private Untracked() {}

    /**
     * Rules that exempt connections to one of the ports.
     *
     * @param raw table raw, as iptables-save prints it
     */
    static List<String> rules(String raw, List<Integer> ports) {
        return raw.lines()
                .filter(line -> EXEMPTS.matcher(line).matches())
                .filter(line -> ports.stream().anyMatch(port -> concerns(line, port)))
                .toList();
    }

    private static boolean concerns(String rule, int port) {
        Matcher protocol = PROTOCOL.matcher(rule);
        if (protocol.find() && !protocol.group(1).equals("tcp")) {
            return false;
        }
        Matcher ports = PORTS.matcher(rule);
        if (!ports.find()) {
            return !SOURCE_PORTS.matcher(rule).find();
        }
        boolean named = names(ports.group(1), port);
        return named != rule.substring(0, ports.start()).endsWith(" !");
    }

    /** Whether a list of ports and ranges, as in {@code --dports}, has the port in it. */
    static boolean names(String list, int port) {
        return Stream.of(list.split(",")).anyMatch(part -> isIn(part, port));
    }

    private static boolean isIn(String range, int port) {
        String[] ends = range.split(":", 2);
        return Stream.of(ends).allMatch(end -> end.matches("\\d{1,5}"))
                && Integer.parseInt(ends[0]) <= port
                && port <= Integer.parseInt(ends[ends.length - 1]);
    }

    /** Ports that count: those that were applied, and the one of the published rules. */
    static List<Integer> ports(DiagnosisFacts facts) {
        List<Integer> ports = new ArrayList<>(List.of(SSH));
        facts.applied().ifPresent(settings -> ports.addAll(settings.ports()));
        return ports;
    }

    /** Rules that are not vzguard's, count connections, and want a state. */
    static List<String> wantingState(GuardSeen guard) {
        return Stream.concat(
                        guard.copies().stream().map(copy -> copy.words()),
                        guard.counting().stream().filter(rule -> rule.contains(STATE)))
                .toList();
    }

    static Optional<Cause> cause(DiagnosisFacts facts) {
        List<String> exempting = new ArrayList<>();
        List<String> dead = new ArrayList<>();
        for (GuardSeen guard : facts.host().at(facts.place())) {
            List<String> rules = rules(facts.raw().getOrDefault(guard.family(), ""), ports(facts));
            List<String> wanting = wantingState(guard);
            if (!rules.isEmpty() && !wanting.isEmpty()) {
                rules.forEach(rule -> exempting.add(guard.family().program() + " -t raw " + rule));
                wanting.forEach(rule -> dead.add(guard.family().program() + " " + rule));
            }
        }
        return exempting.isEmpty()
                ? Optional.empty()
                : Optional.of(Cause.of(
                                CauseCode.PORT_UNTRACKED,
                                "on " + facts.place().describe()
                                        + " the SSH port is exempt from connection tracking, so "
                                        + dead.size() + (dead.size() == 1 ? " rule that wants" : " rules that want")
                                        + " a state match nothing: nobody is counted by them, and no error is printed",
                                "apply a policy: a guard on --syn needs no connection tracking, and takes the place of the"
                                        + " published rules")
                        .with(Evidence.ofProgram("exempting", 0, String.join("\n", exempting)))
                        .with(Evidence.ofProgram("wanting a state", 0, String.join("\n", dead))));
    }
}
