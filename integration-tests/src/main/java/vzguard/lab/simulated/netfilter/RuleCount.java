package vzguard.lab.simulated.netfilter;

import java.util.stream.Stream;

/** The beancounter {@code numiptent} of one place. Not safe for several threads; the place's lock stands around it. */
public final class RuleCount {
    private long limit = Long.MAX_VALUE;
    private long greatest;
    private long refused;

    RuleCount() {}

    /** A row of {@code user_beancounters}. */
    public record Row(long held, long greatest, long limit, long refused) {}

    void limit(long most) {
        limit = most;
    }

    /** @throws IptablesRefusal when the place would have more rules than it may */
    void check(Stream<Table> present, Netfilter.Family of, Table changed) throws IptablesRefusal {
        long others = present.filter(
                        table -> !(of.tables().contains(table) && table.name().equals(changed.name())))
                .mapToLong(RuleCount::rules)
                .sum();
        long all = others + rules(changed);
        if (all > limit) {
            refused++;
            throw IptablesRefusal.other("Memory allocation problem.");
        }
        greatest = Math.max(greatest, all);
    }

    private static long rules(Table table) {
        return table.rules().count();
    }

    Row row(Stream<Table> present) {
        return new Row(present.mapToLong(RuleCount::rules).sum(), greatest, limit, refused);
    }
}
