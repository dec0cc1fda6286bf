package vzguard.it.sequences;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/** The rules of others in one table: all that were added and not flushed since, in their order. */
public final class OthersTable {
    private static final String FRIENDS = "FRIENDS";
    private static final int FIRST_PORT = 3000;

    private final int family;
    private final Map<String, List<String>> chains = new TreeMap<>();
    private int ports = FIRST_PORT;

    OthersTable(int family) {
        this.family = family;
        clear();
    }

    /** A program, what it reads, and whether it is no fault when it fails. */
    public record Call(List<String> argv, String stdin, boolean mayFail) {
        /** For a shell. */
        public String line() {
            String call = String.join(" ", argv) + (mayFail ? " 2>/dev/null || true" : "");
            return stdin.isEmpty() ? call : call + " <<'END'\n" + stdin + "END";
        }
    }

    private String program() {
        return family == 6 ? "ip6tables" : "iptables";
    }

    private Call call(String words) {
        return new Call(List.of((program() + " -w " + words).split(" ")), "", false);
    }

    private Call restore(String options, String text) {
        return new Call(List.of((program() + "-restore" + options).split(" ")), text, false);
    }

    private List<String> rules(String chain) {
        return Objects.requireNonNull(chains.get(chain), chain);
    }

    /** By chain, the built-in ones too. */
    Map<String, List<String>> chains() {
        return chains;
    }

    /** The place has started anew. */
    void clear() {
        chains.clear();
        chains.put("INPUT", new ArrayList<>());
        chains.put("FORWARD", new ArrayList<>());
    }

    private String rule() {
        ports++;
        return "-s " + (family == 6 ? "2001:db8::9/128" : "203.0.113.9/32") + " -p tcp -m tcp --dport " + ports
                + " -j DROP";
    }

    /**
     * Adds, inserts or deletes a rule.
     *
     * @param jumps into guards, which stand at the head of INPUT and of FORWARD
     */
    public Call change(Random random, Map<String, Integer> jumps) {
        String chain = random.nextInt(3) == 0 ? "FORWARD" : "INPUT";
        List<String> rules = rules(chain);
        int above = jumps.getOrDefault(chain, 0);
        int way = random.nextInt(5);
        if (way == 0) {
            rules.add(0, "-p tcp -m tcp --dport 22 -j ACCEPT");
            return call("-I " + chain + " 1 " + rules.get(0));
        }
        if (way == 1) {
            int position = 1 + random.nextInt(above + rules.size() + 1);
            int index = Math.max(0, position - 1 - above);
            rules.add(index, rule());
            return call("-I " + chain + " " + position + " " + rules.get(index));
        }
        if (way == 2 && !rules.isEmpty()) {
            String gone = rules.get(random.nextInt(rules.size()));
            rules.remove(rules.indexOf(gone));
            return call("-D " + chain + " " + gone);
        }
        if (way == 3 && !chains.containsKey(FRIENDS)) {
            return befriend();
        }
        rules.add(rule());
        return call("-A " + chain + " " + rules.get(rules.size() - 1));
    }

    private Call befriend() {
        chains.put(FRIENDS, new ArrayList<>(List.of(rule(), rule())));
        rules("INPUT").add("-j " + FRIENDS);
        StringBuilder text = new StringBuilder("*filter\n:" + FRIENDS + " - [0:0]\n");
        rules(FRIENDS)
                .forEach(rule -> text.append("-A " + FRIENDS + " ").append(rule).append('\n'));
        return restore(" --noflush", text + "-A INPUT -j " + FRIENDS + "\nCOMMIT\n");
    }

    /** Takes everybody's rules away, in one of the ways in which that is done. */
    public List<Call> flush(Random random) {
        switch (random.nextInt(4)) {
            case 0 -> {
                chains.values().forEach(List::clear);
                return List.of(call("-F"));
            }
            case 1 -> {
                List<Call> calls = new ArrayList<>(List.of(call("-F")));
                if (chains.containsKey(FRIENDS)) {
                    calls.add(call("-X " + FRIENDS));
                }
                clear();
                // An agent may have brought its chains back in between.
                calls.add(new Call(call("-X").argv(), "", true));
                return calls;
            }
            case 2 -> {
                rules("INPUT").clear();
                return List.of(call("-F INPUT"));
            }
            default -> {
                clear();
                StringBuilder text = new StringBuilder(
                        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n");
                for (int left = random.nextInt(3); left >= 0; left--) {
                    rules("INPUT").add(rule());
                }
                rules("INPUT")
                        .forEach(rule -> text.append("-A INPUT ").append(rule).append('\n'));
                return List.of(restore("", text + "COMMIT\n"));
            }
        }
    }

    /** Spoils a guard. */
    Call spoil(Random random, Site site, int length) {
        int position = 1 + random.nextInt(length);
        return switch (random.nextInt(5)) {
            case 0 -> call("-D " + site.builtIn() + " 1");
            case 1 -> call("-F " + site.chain());
            case 2 -> call("-A " + site.chain() + " -j ACCEPT");
            case 3 -> call("-I " + site.chain() + " " + position + " -j RETURN");
            default -> call("-D " + site.chain() + " " + position);
        };
    }
}
