package vzguard.agent.diagnose;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import vzguard.agent.dialect.Dialect;
import vzguard.agent.dialect.KernelGeneration.Counting;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.GuardSeen;

/** What the kernel has too little of: stamps per address, addresses per list, rules per VE. Pure. */
final class Limits {
    private static final Pattern HITCOUNT = Pattern.compile("--hitcount (\\d{1,9})");

    /** A guard is about so many rules and jumps. */
    private static final int RULES_OF_A_GUARD = 12;

    private Limits() {}

    static List<Cause> causes(DiagnosisFacts facts) {
        List<Cause> causes = new ArrayList<>();
        hitcount(facts, causes);
        ruleLimit(facts, causes);
        fullLists(facts, causes);
        return causes;
    }

    /** facts 5.4, cause 1: the same policy is fine on one kernel, refused on the next, and on a third it counts nobody. */
    private static void hitcount(DiagnosisFacts facts, List<Cause> causes) {
        OptionalInt wanted = Stream.concat(
                        facts.applied().map(settings -> settings.hits()).stream(),
                        facts.guards().stream().flatMap(Limits::hitcounts))
                .mapToInt(Integer::intValue)
                .max();
        if (wanted.isEmpty() || facts.signs().packets().isEmpty()) {
            return;
        }
        Signs.Parameter packets = facts.signs().packets().get();
        Counting counting = Dialect.of(facts.host()).kernel().counting(wanted.getAsInt(), packets.value());
        if (counting == Counting.FINE) {
            return;
        }
        causes.add(Cause.of(
                        CauseCode.HITCOUNT_TOO_HIGH,
                        "a rule wants " + wanted.getAsInt() + " connections, and the kernel keeps "
                                + packets.value() + " stamps per address: "
                                + (counting == Counting.REFUSED
                                        ? "it refuses the rule as an invalid argument"
                                        : "it takes the rule, which then never matches"),
                        "sshGuard.hits: " + packets.value() + " or less; or options xt_recent ip_pkt_list_tot="
                                + wanted.getAsInt() + " in /etc/modprobe.d, which counts once no rule of host or VEs"
                                + " names a list and the module is loaded anew")
                .with(packets.evidence()));
    }

    private static Stream<Integer> hitcounts(GuardSeen guard) {
        return Stream.concat(guard.copies().stream().map(copy -> copy.words()), guard.counting().stream())
                .flatMap(rule -> {
                    Matcher matcher = HITCOUNT.matcher(rule);
                    return matcher.find() ? Stream.of(Integer.valueOf(matcher.group(1))) : Stream.empty();
                });
    }

    private static void ruleLimit(DiagnosisFacts facts, List<Cause> causes) {
        boolean guarded = facts.guards().stream().anyMatch(GuardSeen::present);
        facts.signs()
                .rules()
                .filter(rules -> rules.free() == 0 || (!guarded && rules.free() < RULES_OF_A_GUARD))
                .ifPresent(rules -> causes.add(Cause.of(
                                CauseCode.RULE_LIMIT,
                                facts.place().describe() + " has " + rules.held() + " of " + rules.barrier()
                                        + " rules that it may have (numiptent): one more is refused as out of memory"
                                        + (rules.failures() > 0 ? ", which was so " + rules.failures() + " times" : ""),
                                "vzctl set " + facts.place().ctid().orElseThrow() + " --numiptent "
                                        + (rules.barrier() + 100) + " --save")
                        .with(rules.evidence())));
    }

    private static void fullLists(DiagnosisFacts facts, List<Cause> causes) {
        facts.signs().addresses().ifPresent(capacity -> {
            List<String> full = facts.signs().lists().entrySet().stream()
                    .filter(list -> capacity.value() > 0 && list.getValue() >= capacity.value())
                    .map(list -> list.getKey())
                    .sorted()
                    .toList();
            if (!full.isEmpty()) {
                causes.add(Cause.of(
                                CauseCode.LIST_FULL,
                                "list " + String.join(", ", full) + " of "
                                        + facts.place().describe() + " holds " + capacity.value()
                                        + " addresses, as many as it can: for each more it forgets the one not seen for"
                                        + " longest",
                                "options xt_recent ip_list_tot=" + capacity.value() * 10
                                        + " in /etc/modprobe.d, which counts once no rule of host or VEs names a list and"
                                        + " the module is loaded anew")
                        .with(capacity.evidence()));
            }
        });
    }
}
