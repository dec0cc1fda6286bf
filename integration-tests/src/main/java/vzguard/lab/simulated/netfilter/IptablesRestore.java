package vzguard.lab.simulated.netfilter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import vzguard.lab.simulated.shell.Outcome;
import vzguard.lab.simulated.shell.Words;

/**
 * {@code iptables-restore} 1.8.9 (legacy): one commit per table. What the kernel refuses fails at the COMMIT line and
 * leaves that table as it was.
 */
final class IptablesRestore {
    private final Netfilter netfilter;
    private final String program;
    private final boolean ipv6;
    private final List<String> warnings = new ArrayList<>();
    private Optional<Table> work = Optional.empty();
    private boolean refusedByKernel;

    IptablesRestore(Netfilter netfilter, String program, boolean ipv6) {
        this.netfilter = netfilter;
        this.program = program;
        this.ipv6 = ipv6;
    }

    Outcome run(List<String> arguments, String stdin) {
        boolean keep = arguments.contains("-n") || arguments.contains("--noflush");
        boolean counters = arguments.contains("-c") || arguments.contains("--counters");
        boolean test = arguments.contains("-t") || arguments.contains("--test");
        List<String> lines = stdin.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            try {
                line(lines.get(i).strip(), keep, counters, test);
            } catch (IptablesRefusal refusal) {
                return failure(refusal, i + 1);
            }
            if (refusedByKernel && lines.get(i).strip().equals("COMMIT")) {
                warnings.add(program + ": line " + (i + 1) + " failed");
                return Outcome.failed(1, warnings);
            }
        }
        if (work.isPresent()) {
            warnings.add(program + ": COMMIT expected at line " + (lines.size() + 1));
            return Outcome.failed(1, warnings);
        }
        return warnings.isEmpty() ? Outcome.OK : Outcome.failed(0, warnings);
    }

    private Outcome failure(IptablesRefusal refusal, int line) {
        List<String> lines = new ArrayList<>(warnings);
        if (refusal.exit() == IptablesRefusal.OTHER) {
            lines.add(program + ": line " + line + " failed");
            return Outcome.failed(1, lines);
        }
        lines.add(program + " " + IptablesPrograms.VERSION + " (legacy): "
                + refusal.lines().get(0));
        lines.add("");
        lines.add("Error occurred at line: " + line);
        lines.add("Try `" + program + " -h' or '" + program + " --help' for more information.");
        return Outcome.failed(2, lines);
    }

    private void line(String line, boolean keep, boolean counters, boolean test) throws IptablesRefusal {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        if (line.startsWith("*")) {
            work = Optional.of(open(line.substring(1), keep));
            refusedByKernel = false;
        } else if (work.isEmpty()) {
            throw IptablesRefusal.other("no table");
        } else if (line.equals("COMMIT")) {
            if (!test && !refusedByKernel) {
                netfilter.commit(ipv6, work.get());
            }
            work = Optional.empty();
        } else if (line.startsWith(":")) {
            chain(work.get(), line.substring(1).split("[ \t]+"), counters);
        } else {
            rule(work.get(), line, counters);
        }
    }

    private Table open(String name, boolean keep) throws IptablesRefusal {
        try {
            Table table = netfilter.table(ipv6, name);
            return keep ? table.copy() : new Table(name);
        } catch (IptablesRefusal refusal) {
            throw IptablesRefusal.parameter(program + ": unable to initialize table '" + name + "'");
        }
    }

    /** A chain line empties a user's chain or makes it; {@code -} stands for no policy. */
    private static void chain(Table table, String[] words, boolean counters) throws IptablesRefusal {
        Optional<Chain> known = table.find(words[0]);
        if (known.isEmpty() || known.get().policy().isEmpty()) {
            table.addChain(words[0]);
        } else if (words.length > 1 && !words[1].equals("-")) {
            known.get().setPolicy(words[1]);
        }
        if (counters && words.length > 2) {
            long[] values = counters(words[2]);
            table.chain(words[0]).setCounters(values[0], values[1]);
        }
    }

    private static long[] counters(String text) throws IptablesRefusal {
        if (!text.matches("\\[[0-9]{1,18}:[0-9]{1,18}]")) {
            throw IptablesRefusal.parameter("invalid policy counters");
        }
        String[] parts = text.substring(1, text.length() - 1).split(":");
        return new long[] {Long.parseLong(parts[0]), Long.parseLong(parts[1])};
    }

    private void rule(Table table, String line, boolean counters) throws IptablesRefusal {
        List<String> words = new ArrayList<>(Words.ofRestoreLine(line));
        long[] values = {0, 0};
        if (words.get(0).startsWith("[")) {
            values = counters(words.remove(0));
        }
        String command = words.remove(0);
        try {
            new RuleEdit(table, ipv6, new KernelCheck(netfilter, ipv6), warnings).apply(command, words);
            if (counters && command.equals("-A")) {
                List<Chain.Entry> entries = table.chain(words.get(0)).entries();
                entries.get(entries.size() - 1).setCounters(values[0], values[1]);
            }
        } catch (IptablesRefusal refusal) {
            // A missing chain is noticed at its line, what the kernel refuses only at COMMIT.
            boolean chainMissing = !words.isEmpty() && table.find(words.get(0)).isEmpty();
            if (refusal.exit() != IptablesRefusal.OTHER || chainMissing || command.equals("-D")) {
                throw refusal;
            }
            refusedByKernel = true;
        }
    }
}
