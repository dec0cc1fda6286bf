package vzguard.lab.simulated.netfilter;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The way of one packet through one chain. A match whose meaning is not simulated (owner, mac and the like) never matches;
 * {@code comment} always does, {@code limit} too.
 */
final class Traversal {
    /** Bytes of a SYN as the counters see it. */
    private static final int SIZE = 60;

    private static final int MOST_JUMPS = 100;

    private final Packet packet;
    private final Function<String, Optional<RecentList>> lists;
    private final Map<String, HashlimitTable> hashlimits;
    private final Set<String> blind;
    private final long now;
    private boolean hotDrop;

    /**
     * @param blind matches to which every packet is INVALID
     * @param now in jiffies
     */
    Traversal(
            Packet packet,
            Function<String, Optional<RecentList>> lists,
            Map<String, HashlimitTable> hashlimits,
            Set<String> blind,
            long now) {
        this.packet = packet;
        this.lists = lists;
        this.hashlimits = hashlimits;
        this.blind = blind;
        this.now = now;
    }

    Verdict through(Table table, String chainName) {
        Optional<Chain> chain = table.find(chainName);
        if (chain.isEmpty()) {
            return Verdict.ACCEPT;
        }
        Optional<Verdict> verdict = walk(table, chain.get(), 0);
        if (verdict.isPresent()) {
            return verdict.get();
        }
        chain.get().countPolicy(SIZE);
        return chain.get().policy().equals(Optional.of("DROP")) ? Verdict.DROP : Verdict.ACCEPT;
    }

    /** The verdict, or nothing when the chain returned. */
    private Optional<Verdict> walk(Table table, Chain chain, int depth) {
        for (Chain.Entry entry : chain.entries()) {
            boolean matches = matches(entry.rule());
            if (hotDrop) {
                return Optional.of(Verdict.DROP);
            }
            if (!matches) {
                continue;
            }
            entry.count(SIZE);
            String target = entry.rule().target().map(Extension::name).orElse("");
            switch (target) {
                case "ACCEPT" -> {
                    return Optional.of(Verdict.ACCEPT);
                }
                case "DROP" -> {
                    return Optional.of(Verdict.DROP);
                }
                case "REJECT" -> {
                    return entry.rule().target().map(RejectTarget::verdict);
                }
                case "RETURN" -> {
                    return Optional.empty();
                }
                default -> {
                    Optional<Chain> next = table.find(target);
                    if (next.isPresent() && depth < MOST_JUMPS) {
                        Optional<Verdict> verdict = walk(table, next.get(), depth + 1);
                        if (verdict.isPresent() || entry.rule().goTo()) {
                            return verdict;
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    private boolean matches(Rule rule) {
        boolean header = rule.source()
                        .map(match -> match.matches(packet.from()))
                        .orElse(true)
                && rule.destination().map(match -> match.matches(packet.to())).orElse(true)
                && rule.in().map(match -> match.matches(packet.in())).orElse(true)
                && rule.out().map(match -> match.matches(packet.out())).orElse(true)
                && rule.protocol().map(match -> match.matches("tcp")).orElse(true);
        // In order, and no further than the first that does not match: "recent" acts when it is asked.
        return header && rule.matches().stream().allMatch(this::matches);
    }

    private boolean matches(Extension match) {
        return switch (match.name()) {
            case "tcp" -> match.options().stream().allMatch(this::tcp);
            case "state", "conntrack" ->
                match.options().stream()
                        .allMatch(option -> Arrays.asList(option.argument().split(","))
                                        .contains(blind.contains(match.name()) ? "INVALID" : "NEW")
                                != option.negated());
            case "recent" -> recent(match);
            case "hashlimit" -> hashlimit(match);
            case "multiport" ->
                match.options().stream().allMatch(option -> ports(option.argument()) != option.negated());
            case "comment", "limit" -> true;
            default -> false;
        };
    }

    private boolean hashlimit(Extension match) {
        HashlimitTable table = hashlimits.get(
                match.option("--hashlimit-name").map(Option::argument).orElse(""));
        if (table == null) {
            return false;
        }
        HashlimitTable.Answer answer = table.ask(packet.from(), now);
        hotDrop |= answer == HashlimitTable.Answer.NO_ROOM;
        return match.has("--hashlimit-above")
                ? answer == HashlimitTable.Answer.ABOVE
                : answer == HashlimitTable.Answer.WITHIN;
    }

    private boolean tcp(Option option) {
        return switch (option.name()) {
            case "--dport" -> inRange(option.argument()) != option.negated();
            // The source port of a simulated connection is never in anybody's list.
            case "--sport" -> option.negated();
            case "--tcp-flags" -> isSyn(option) != option.negated();
            default -> false;
        };
    }

    private static boolean isSyn(Option option) {
        boolean looksAtSyn = option.argument().equals("ALL")
                || Arrays.asList(option.argument().split(",")).contains("SYN");
        String wanted = option.arguments().get(1);
        return looksAtSyn ? wanted.equals("SYN") : wanted.equals("NONE");
    }

    private boolean ports(String list) {
        return Arrays.stream(list.split(",")).anyMatch(this::inRange);
    }

    private boolean inRange(String range) {
        String[] ends = range.split(":", 2);
        return packet.port() >= port(ends[0], 0) && packet.port() <= port(ends[ends.length - 1], 65_535);
    }

    private static int port(String text, int otherwise) {
        return text.isEmpty() ? otherwise : text.equals("ssh") ? 22 : Integer.parseInt(text);
    }

    private boolean recent(Extension match) {
        InetAddress looked = match.has("--rdest") ? packet.to() : packet.from();
        return match.option("--name")
                .flatMap(name -> lists.apply(name.argument()))
                .map(list -> list.matches(match, looked, packet.ttl(), now))
                .orElse(false);
    }
}
