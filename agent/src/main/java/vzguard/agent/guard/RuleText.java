package vzguard.agent.guard;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import vzguard.values.Cidr;

/**
 * One rule as iptables prints it, brought to a form in which rules of equal meaning are equal texts. Versions 1.4.2 to
 * 1.8.9 differ in order, in blanks, in what they leave out ({@code -m tcp}, {@code --mask}, {@code --rsource}) and in how
 * they write addresses and flags. The canonical form is itself valid input.
 */
public final class RuleText {
    private static final Pattern COUNTERS = Pattern.compile("^\\[\\d+:\\d+]\\s*");
    private static final Pattern CTSTATE = Pattern.compile("(?:! )?--ctstate \\S+");
    private static final Map<String, String> PROTOCOLS =
            Map.of("6", "tcp", "17", "udp", "1", "icmp", "58", "ipv6-icmp");
    private static final Map<String, String> LONG_NAMES = Map.of(
            "--protocol",
            "-p",
            "--proto",
            "-p",
            "--source",
            "-s",
            "--src",
            "-s",
            "--destination",
            "-d",
            "--dst",
            "-d",
            "--in-interface",
            "-i",
            "--out-interface",
            "-o",
            "--jump",
            "-j",
            "--match",
            "-m");
    private static final List<String> SYN_ONLY = List.of("FIN,SYN,RST,ACK", "SYN");
    private static final List<String> FLAGS = List.of("FIN", "SYN", "RST", "PSH", "ACK", "URG");
    /** What iptables adds when nothing was said. */
    private static final List<String> DEFAULTS =
            List.of("--mask 255.255.255.255", "--mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "--rsource");

    /** Matches that change something when they are asked, or whose answer depends on how often they were. */
    private static final Set<String> STATEFUL = Set.of(
            "recent", "limit", "hashlimit", "connlimit", "quota", "statistic", "nth", "random", "rateest", "set");

    /** How people write the options of a match; others follow in alphabetical order. */
    private static final List<String> READING_ORDER = List.of(
            "--dport",
            "--sport",
            "--tcp-flags",
            "--set",
            "--rcheck",
            "--update",
            "--remove",
            "--seconds",
            "--hitcount",
            "--rttl",
            "--name",
            "--mask");

    private RuleText() {}

    /**
     * The canonical form of a rule's conditions and target: what follows {@code -A CHAIN} in a save file.
     *
     * @param rule words of the rule; never fails, what is not understood is kept as it is
     */
    public static String canonical(String rule) {
        List<String> words = words(COUNTERS.matcher(rule.strip()).replaceFirst(""));
        Map<String, String> header = new TreeMap<>();
        List<Match> matches = new ArrayList<>();
        Match loose = new Match("");
        Match current = loose;
        Match target = new Match("");
        for (int i = 0; i < words.size(); ) {
            int end = i + 1;
            while (end < words.size() && !isOption(words.get(end))) {
                end++;
            }
            if (words.get(i).equals("!") && end == i + 1) {
                end = optionEnd(words, i + 1);
            }
            Option option = Option.of(words.subList(i, end));
            i = end;
            boolean again = header.containsKey(option.name())
                    || (!target.name.isEmpty()
                            && (option.name().equals("-j") || option.name().equals("-g")));
            if (again) {
                loose.options.add(option.text());
                continue;
            }
            switch (option.name()) {
                case "-m" -> {
                    // What iptables would not take stays different from what it would.
                    current = new Match(option.text().startsWith("! ") ? "! " + option.argument() : option.argument());
                    matches.add(current);
                }
                case "-j", "-g" -> {
                    target = new Match(option.text());
                    current = target;
                }
                case "-p", "-s", "-d", "-i", "-o" -> header.put(option.name(), option.text());
                default -> current = attach(option, current, matches);
            }
        }
        // What belongs to no match is not understood, and kept.
        return (text(header, matches, target) + loose.optionText()).strip();
    }

    /** An option of tcp may stand before {@code -m tcp}, or without it. */
    private static Match attach(Option option, Match current, List<Match> matches) {
        Match to = current;
        if (option.isTcp() && !current.name.equals("tcp")) {
            to = matches.stream()
                    .filter(match -> match.name.equals("tcp"))
                    .findFirst()
                    .orElse(new Match("tcp"));
            if (!matches.contains(to)) {
                matches.add(0, to);
            }
        }
        if (!DEFAULTS.contains(option.text())) {
            to.options.add(option.text());
        }
        return option.isTcp() ? current : to;
    }

    private static int optionEnd(List<String> words, int from) {
        int end = from + 1;
        while (end < words.size() && !isOption(words.get(end))) {
            end++;
        }
        return Math.min(end, words.size());
    }

    private static boolean isOption(String word) {
        return word.equals("!") || (word.startsWith("-") && word.length() > 1 && !Character.isDigit(word.charAt(1)));
    }

    private static String text(Map<String, String> header, List<Match> matches, Match target) {
        List<String> parts = new ArrayList<>(header.values());
        inOrder(matches.stream().map(Match::plain).toList()).stream()
                .filter(match -> !(match.name.equals("tcp") && match.options.isEmpty()))
                .forEach(match -> parts.add("-m " + match.name + match.optionText()));
        if (!target.name.isEmpty()) {
            parts.add(target.name + target.optionText());
        }
        return String.join(" ", parts);
    }

    /**
     * Matches that only look at a packet may stand in any order; one that remembers packets is asked only when all before it
     * agree, so its place counts.
     */
    private static List<Match> inOrder(List<Match> matches) {
        List<Match> ordered = new ArrayList<>();
        List<Match> pure = new ArrayList<>();
        for (Match match : matches) {
            if (STATEFUL.contains(match.name)) {
                pure.sort(Match.TCP_FIRST);
                ordered.addAll(pure);
                pure.clear();
                ordered.add(match);
            } else {
                pure.add(match);
            }
        }
        pure.sort(Match.TCP_FIRST);
        ordered.addAll(pure);
        return ordered;
    }

    private static final class Match {
        static final Comparator<Match> TCP_FIRST = Comparator.comparing((Match match) -> !match.name.equals("tcp"))
                .thenComparing(match -> match.name)
                .thenComparing(Match::optionText);

        private final String name;
        private final List<String> options = new ArrayList<>();

        Match(String name) {
            this.name = name;
        }

        /** Connection tracking that only looks at the state is the match state: 1.4.14 and older print one for the other. */
        Match plain() {
            boolean onlyState = !options.isEmpty() && options.stream().allMatch(CTSTATE.asMatchPredicate());
            if (!name.equals("conntrack") || !onlyState) {
                return this;
            }
            Match state = new Match("state");
            options.forEach(option -> state.options.add(option.replace("--ctstate", "--state")));
            return state;
        }

        String optionText() {
            return options.stream()
                    .sorted(Comparator.comparing(Match::rank).thenComparing(Comparator.naturalOrder()))
                    .map(option -> " " + option)
                    .collect(Collectors.joining());
        }

        private static int rank(String option) {
            int rank = READING_ORDER.indexOf(option.replaceFirst("^! ", "").split(" ", 2)[0]);
            return rank < 0 ? READING_ORDER.size() : rank;
        }
    }

    private record Option(String name, String argument, String text) {
        static Option of(List<String> words) {
            boolean negated = words.get(0).equals("!");
            List<String> rest = negated ? words.subList(1, words.size()) : words;
            if (rest.isEmpty()) {
                return new Option("!", "", "!");
            }
            String name = LONG_NAMES.getOrDefault(rest.get(0), rest.get(0));
            List<String> arguments = new ArrayList<>(rest.subList(1, rest.size()));
            if (name.equals("--syn")) {
                name = "--tcp-flags";
                arguments = new ArrayList<>(SYN_ONLY);
            }
            String argument = arguments(name, arguments);
            String text = (negated ? "! " : "") + name + (argument.isEmpty() ? "" : " " + argument);
            return new Option(name, argument, text);
        }

        boolean isTcp() {
            return name.equals("--dport") || name.equals("--sport") || name.equals("--tcp-flags");
        }

        private static String arguments(String name, List<String> arguments) {
            List<String> plain = switch (name) {
                case "-p" ->
                    arguments.stream()
                            .map(word -> PROTOCOLS.getOrDefault(word, word))
                            .toList();
                case "-s", "-d" -> arguments.stream().map(RuleText::address).toList();
                case "--state", "--ctstate" ->
                    arguments.stream().map(RuleText::states).toList();
                case "--tcp-flags" -> arguments.stream().map(RuleText::flags).toList();
                case "--dport", "--sport" ->
                    arguments.stream()
                            .map(word -> word.equals("ssh") ? "22" : word)
                            .toList();
                default -> arguments;
            };
            return plain.stream().map(RuleText::quoted).collect(Collectors.joining(" "));
        }
    }

    /** States in one order. */
    private static String states(String word) {
        return Arrays.stream(word.split(",", -1)).sorted().collect(Collectors.joining(","));
    }

    private static String flags(String word) {
        List<String> named = Arrays.asList(word.split(",", -1));
        List<String> known = FLAGS.stream().filter(named::contains).toList();
        return known.size() == named.size() ? String.join(",", known) : word;
    }

    private static String address(String word) {
        int slash = word.indexOf('/');
        try {
            if (slash > 0 && word.indexOf('.', slash) > 0) {
                int prefix = prefix(word.substring(slash + 1));
                return prefix < 0
                        ? word
                        : Cidr.parse(word.substring(0, slash) + "/" + prefix).toString();
            }
            return Cidr.parse(word).toString();
        } catch (IllegalArgumentException e) {
            return word;
        }
    }

    /** Length of a dotted mask; -1 when it is no prefix. */
    private static int prefix(String mask) {
        BigInteger bits = BigInteger.ZERO;
        for (String part : mask.split("\\.", -1)) {
            if (!part.matches("\\d{1,3}")) {
                return -1;
            }
            bits = bits.shiftLeft(8).add(BigInteger.valueOf(Integer.parseInt(part)));
        }
        int length = bits.bitCount();
        BigInteger expected = BigInteger.ONE.shiftLeft(32).subtract(BigInteger.ONE.shiftLeft(32 - length));
        return bits.equals(expected) ? length : -1;
    }

    /** Words of a rule, with iptables' quoting undone. */
    static List<String> words(String rule) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        boolean any = false;
        for (int i = 0; i < rule.length(); i++) {
            char c = rule.charAt(i);
            if (quoted && c == '\\' && i + 1 < rule.length()) {
                word.append(rule.charAt(++i));
            } else if (c == '"') {
                quoted = !quoted;
                any = true;
            } else if (!quoted && (c == ' ' || c == '\t')) {
                if (any) {
                    words.add(word.toString());
                }
                word.setLength(0);
                any = false;
            } else {
                word.append(c);
                any = true;
            }
        }
        if (any) {
            words.add(word.toString());
        }
        return words;
    }

    private static String quoted(String word) {
        boolean plain = !word.isEmpty() && word.chars().noneMatch(c -> c == ' ' || c == '"' || c == '\\' || c == '\'');
        return plain ? word : "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
