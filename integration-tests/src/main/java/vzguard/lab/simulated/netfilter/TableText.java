package vzguard.lab.simulated.netfilter;

import java.util.List;

/** A table as {@code iptables-save} and {@code iptables -S} print it. */
final class TableText {
    private TableText() {}

    static String save(Table table, String title, String date, boolean counters) {
        StringBuilder text = new StringBuilder("# " + title + " on " + date + "\n*" + table.name() + "\n");
        for (Chain chain : table.chains()) {
            text.append(':')
                    .append(chain.name())
                    .append(' ')
                    .append(chain.policy().orElse("-"));
            text.append(" [")
                    .append(chain.packets())
                    .append(':')
                    .append(chain.bytes())
                    .append("]\n");
        }
        for (Chain chain : table.chains()) {
            for (Chain.Entry entry : chain.entries()) {
                String count = "[" + entry.packets() + ":" + entry.bytes() + "] ";
                text.append(counters ? count : "").append(append(chain, entry)).append('\n');
            }
        }
        return text.append("COMMIT\n# Completed on ").append(date).append('\n').toString();
    }

    private static String append(Chain chain, Chain.Entry entry) {
        String rule = entry.rule().text();
        return rule.isEmpty() ? "-A " + chain.name() : "-A " + chain.name() + " " + rule;
    }

    /** @param arguments the chain, or nothing for all */
    static String rules(Table table, List<String> arguments, boolean verbose) throws IptablesRefusal {
        List<Chain> chains = arguments.isEmpty() ? List.copyOf(table.chains()) : List.of(table.chain(arguments.get(0)));
        StringBuilder text = new StringBuilder();
        for (Chain chain : chains) {
            String counters = verbose ? " -c " + chain.packets() + " " + chain.bytes() : "";
            text.append(chain.policy()
                    .map(policy -> "-P " + chain.name() + " " + policy + counters)
                    .orElse("-N " + chain.name()));
            text.append('\n');
        }
        for (Chain chain : chains) {
            for (Chain.Entry entry : chain.entries()) {
                String counters = verbose ? " -c " + entry.packets() + " " + entry.bytes() : "";
                text.append(append(chain, entry)).append(counters).append('\n');
            }
        }
        return text.toString();
    }
}
