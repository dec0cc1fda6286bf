package vzguard.lab.simulated.netfilter;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One command of iptables that changes a table ({@code -A -I -D -R -C -N -F -X -P -Z -E}), on the command line or in a line
 * for iptables-restore.
 */
final class RuleEdit {
    private static final Set<String> COMMANDS = Set.of(
            "-A",
            "-I",
            "-D",
            "-C",
            "-R",
            "-N",
            "-F",
            "-X",
            "-P",
            "-Z",
            "-E",
            "--append",
            "--insert",
            "--delete",
            "--check",
            "--replace",
            "--new-chain",
            "--flush",
            "--delete-chain",
            "--policy",
            "--zero",
            "--rename-chain");

    private final Table table;
    private final boolean ipv6;
    private final KernelCheck kernel;
    private final List<String> warnings;

    /** @param warnings gets what iptables prints and goes on */
    RuleEdit(Table table, boolean ipv6, KernelCheck kernel, List<String> warnings) {
        this.table = table;
        this.ipv6 = ipv6;
        this.kernel = kernel;
        this.warnings = warnings;
    }

    static boolean isCommand(String word) {
        return COMMANDS.contains(word);
    }

    void apply(String command, List<String> arguments) throws IptablesRefusal {
        List<String> left = new ArrayList<>(arguments);
        switch (command) {
            case "-A", "--append" -> append(left);
            case "-I", "--insert" -> insert(left);
            case "-D", "--delete" -> delete(left);
            case "-C", "--check" -> check(left);
            case "-R", "--replace" -> replace(left);
            case "-N", "--new-chain" -> newChain(chainName(command, left));
            case "-F", "--flush" -> flush(left);
            case "-X", "--delete-chain" -> deleteChain(left);
            case "-P", "--policy" -> policy(left);
            case "-Z", "--zero" -> table.chains().forEach(RuleEdit::zero);
            default -> throw IptablesRefusal.parameter("unknown option \"" + command + "\"");
        }
    }

    private static String chainName(String command, List<String> left) throws IptablesRefusal {
        if (left.isEmpty()) {
            throw IptablesRefusal.parameter("option \"" + command + "\" requires an argument");
        }
        return left.remove(0);
    }

    private static void zero(Chain chain) {
        chain.setCounters(0, 0);
        chain.entries().forEach(entry -> entry.setCounters(0, 0));
    }

    private Rule rule(List<String> words) throws IptablesRefusal {
        return new RuleParser(ipv6, name -> table.find(name).isPresent()).parse(words);
    }

    private Rule acceptable(List<String> words, String chain) throws IptablesRefusal {
        Rule rule = rule(words);
        warnings.addAll(kernel.warnings(rule));
        table.chain(chain);
        kernel.check(rule, table, chain);
        return rule;
    }

    private void append(List<String> left) throws IptablesRefusal {
        String chain = chainName("-A", left);
        Rule rule = acceptable(left, chain);
        table.chain(chain).entries().add(new Chain.Entry(rule));
    }

    private static int number(List<String> left, int otherwise) {
        boolean given = !left.isEmpty() && left.get(0).matches("[0-9]{1,6}");
        return given ? Integer.parseInt(left.remove(0)) : otherwise;
    }

    private void insert(List<String> left) throws IptablesRefusal {
        String chain = chainName("-I", left);
        int at = number(left, 1);
        Rule rule = acceptable(left, chain);
        List<Chain.Entry> entries = table.chain(chain).entries();
        if (at < 1 || at > entries.size() + 1) {
            throw IptablesRefusal.other("Index of insertion too big.");
        }
        entries.add(at - 1, new Chain.Entry(rule));
    }

    private void replace(List<String> left) throws IptablesRefusal {
        String chain = chainName("-R", left);
        int at = number(left, 0);
        Rule rule = acceptable(left, chain);
        List<Chain.Entry> entries = table.chain(chain).entries();
        if (at < 1 || at > entries.size()) {
            throw IptablesRefusal.other("Index of replacement too big.");
        }
        entries.set(at - 1, new Chain.Entry(rule));
    }

    private void delete(List<String> left) throws IptablesRefusal {
        String name = chainName("-D", left);
        boolean byNumber = left.size() == 1 && left.get(0).matches("[0-9]{1,6}");
        int at = byNumber ? number(left, 0) - 1 : find(name, left);
        List<Chain.Entry> entries = table.chain(name).entries();
        if (at < 0 || at >= entries.size()) {
            throw byNumber ? IptablesRefusal.other("Index of deletion too big.") : IptablesRefusal.noSuchRule();
        }
        entries.remove(at);
    }

    private int find(String chain, List<String> words) throws IptablesRefusal {
        Rule rule = rule(words);
        return table.chain(chain).indexOf(rule);
    }

    private void check(List<String> left) throws IptablesRefusal {
        String name = chainName("-C", left);
        if (find(name, left) < 0) {
            throw IptablesRefusal.noSuchRule();
        }
    }

    private void newChain(String name) throws IptablesRefusal {
        if (name.length() > 28) {
            throw IptablesRefusal.parameter("chain name `" + name + "' too long (must be under 29 chars)");
        }
        if (table.find(name).isPresent()) {
            throw IptablesRefusal.other("Chain already exists.");
        }
        table.addChain(name);
    }

    private void flush(List<String> left) throws IptablesRefusal {
        if (left.isEmpty()) {
            table.chains().forEach(chain -> chain.entries().clear());
        } else {
            table.chain(left.get(0)).entries().clear();
        }
    }

    private void deleteChain(List<String> left) throws IptablesRefusal {
        List<String> names =
                left.isEmpty() ? table.ownChains().stream().map(Chain::name).toList() : List.of(left.get(0));
        for (String name : names) {
            Chain chain = table.chain(name);
            if (chain.policy().isPresent()) {
                throw IptablesRefusal.invalid();
            }
            if (table.references(name) > 0) {
                throw IptablesRefusal.other("Too many links.");
            }
            if (!chain.entries().isEmpty()) {
                throw IptablesRefusal.other("Directory not empty.");
            }
            table.deleteChain(name);
        }
    }

    private void policy(List<String> left) throws IptablesRefusal {
        Chain chain = table.chain(chainName("-P", left));
        String verdict = chainName("-P", left);
        if (chain.policy().isEmpty() || !(verdict.equals("ACCEPT") || verdict.equals("DROP"))) {
            throw IptablesRefusal.other("Bad policy name. Run `dmesg' for more information.");
        }
        chain.setPolicy(verdict);
    }
}
