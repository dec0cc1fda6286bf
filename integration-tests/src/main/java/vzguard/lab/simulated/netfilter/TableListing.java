package vzguard.lab.simulated.netfilter;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A table as {@code iptables -L} of 1.8.9 prints it. Addresses are always numeric, as with {@code -n}. */
final class TableListing {
    private final Set<String> flags;
    private final boolean ipv6;

    private TableListing(Set<String> flags, boolean ipv6) {
        this.flags = flags;
        this.ipv6 = ipv6;
    }

    /** @param arguments the chain, or nothing for all */
    static String text(Table table, List<String> arguments, Set<String> flags, boolean ipv6) throws IptablesRefusal {
        List<Chain> chains = arguments.isEmpty() ? List.copyOf(table.chains()) : List.of(table.chain(arguments.get(0)));
        TableListing listing = new TableListing(flags, ipv6);
        List<String> blocks = new ArrayList<>();
        chains.forEach(chain -> blocks.add(listing.chain(table, chain)));
        return String.join("\n", blocks);
    }

    private boolean verbose() {
        return flags.contains("-v") || flags.contains("--verbose");
    }

    private boolean exact() {
        return flags.contains("-x") || flags.contains("--exact");
    }

    private boolean numeric() {
        return flags.contains("-n") || flags.contains("--numeric");
    }

    private String chain(Table table, Chain chain) {
        String counters = verbose() ? " " + chain.packets() + " packets, " + chain.bytes() + " bytes" : "";
        String about = chain.policy()
                .map(policy -> "policy " + policy + counters)
                .orElseGet(() -> table.references(chain.name()) + " references");
        StringBuilder text = new StringBuilder("Chain " + chain.name() + " (" + about + ")\n" + header() + "\n");
        for (int i = 0; i < chain.entries().size(); i++) {
            String number = flags.contains("--line-numbers") ? String.format("%-5d", i + 1) : "";
            text.append(number).append(rule(chain.entries().get(i))).append('\n');
        }
        return text.toString();
    }

    private String header() {
        String number = flags.contains("--line-numbers") ? "num  " : "";
        String counters = !verbose() ? "" : exact() ? "    pkts      bytes " : " pkts bytes ";
        String interfaces = verbose() ? "in     out     " : "";
        return number + counters + "target     prot opt " + interfaces + "source               destination         ";
    }

    private String rule(Chain.Entry entry) {
        Rule rule = entry.rule();
        StringBuilder text = new StringBuilder();
        if (verbose()) {
            text.append(String.format(exact() ? "%8d %8d " : "%5d %5d ", entry.packets(), entry.bytes()));
        }
        text.append(String.format("%-10s ", rule.target().map(Extension::name).orElse("")));
        text.append(String.format("%-4s ", rule.protocol().map(this::protocol).orElse(numeric() ? "0" : "all")));
        text.append(ipv6 ? "    " : "--  ");
        if (verbose()) {
            text.append(String.format(
                    "%-6s ",
                    rule.in().map(match -> sign(match.negated()) + match.name()).orElse("*")));
            text.append(String.format(
                    "%-6s  ",
                    rule.out()
                            .map(match -> sign(match.negated()) + match.name())
                            .orElse("*")));
        }
        text.append(String.format("%-20s ", rule.source().map(this::address).orElse(anywhere())));
        text.append(
                String.format("%-20s ", rule.destination().map(this::address).orElse(anywhere())));
        List<String> parts = new ArrayList<>();
        rule.matches().forEach(match -> parts.add(match(match)));
        rule.target().map(this::target).filter(part -> !part.isEmpty()).ifPresent(parts::add);
        return text.append(String.join(" ", parts)).toString();
    }

    private static String sign(boolean negated) {
        return negated ? "!" : "";
    }

    private String anywhere() {
        return !numeric() ? "anywhere" : ipv6 ? "::/0" : "0.0.0.0/0";
    }

    private String address(AddressMatch match) {
        String text = match.block().toString();
        boolean single = match.block().prefix() == (ipv6 ? 128 : 32);
        int slash = text.indexOf('/');
        return sign(match.negated()) + (single && slash > 0 ? text.substring(0, slash) : text);
    }

    private String protocol(NameMatch match) {
        String number = switch (match.name()) {
            case "tcp" -> "6";
            case "udp" -> "17";
            case "icmp" -> "1";
            case "ipv6-icmp" -> "58";
            default -> match.name();
        };
        return sign(match.negated()) + (numeric() ? number : match.name());
    }

    private String match(Extension match) {
        return switch (match.name()) {
            case "tcp" -> tcp(match);
            case "state" ->
                "state " + match.option("--state").map(Option::argument).orElse("");
            case "conntrack" ->
                "ctstate " + match.option("--ctstate").map(Option::argument).orElse("");
            case "recent" -> recent(match);
            case "comment" ->
                "/* " + match.option("--comment").map(Option::argument).orElse("") + " */";
            default -> match.name() + match.optionText();
        };
    }

    private String tcp(Extension match) {
        List<String> parts = new ArrayList<>(List.of("tcp"));
        match.option("--sport").ifPresent(port -> parts.add("spt:" + sign(port.negated()) + service(port.argument())));
        match.option("--dport").ifPresent(port -> parts.add("dpt:" + sign(port.negated()) + service(port.argument())));
        match.option("--tcp-flags")
                .ifPresent(flag -> parts.add("flags:" + sign(flag.negated())
                        + (numeric() ? hex(flag.argument()) : flag.argument()) + "/"
                        + (numeric()
                                ? hex(flag.arguments().get(1))
                                : flag.arguments().get(1))));
        return String.join(" ", parts);
    }

    private String service(String port) {
        return !numeric() && port.equals("22") ? "ssh" : port;
    }

    private static String hex(String names) {
        List<String> known = List.of("FIN", "SYN", "RST", "PSH", "ACK", "URG");
        int bits = 0;
        for (String name : names.split(",")) {
            bits |= name.equals("ALL") ? 0x3F : known.contains(name) ? 1 << known.indexOf(name) : 0;
        }
        return String.format("0x%02X", bits);
    }

    private static String recent(Extension match) {
        boolean negated = match.options().stream().anyMatch(Option::negated);
        StringBuilder text = new StringBuilder(negated ? "! recent:" : "recent:");
        match.options().stream()
                .map(Option::name)
                .filter(RecentMatch.ACTIONS::contains)
                .forEach(action -> text.append(
                        switch (action) {
                            case "--set" -> " SET";
                            case "--rcheck" -> " CHECK";
                            case "--update" -> " UPDATE";
                            default -> " REMOVE";
                        }));
        match.option("--seconds").ifPresent(option -> text.append(" seconds: ").append(option.argument()));
        match.option("--reap").ifPresent(option -> text.append(" reap"));
        match.option("--hitcount")
                .ifPresent(option -> text.append(" hit_count: ").append(option.argument()));
        match.option("--rttl").ifPresent(option -> text.append(" TTL-Match"));
        match.option("--name").ifPresent(option -> text.append(" name: ").append(option.argument()));
        text.append(match.has("--rdest") ? " side: dest" : " side: source");
        match.option("--mask").ifPresent(option -> text.append(" mask: ").append(option.argument()));
        return text.toString();
    }

    private String target(Extension target) {
        return switch (target.name()) {
            case "REJECT" ->
                "reject-with "
                        + target.option("--reject-with")
                                .map(Option::argument)
                                .orElse(ipv6 ? "icmp6-port-unreachable" : "icmp-port-unreachable");
            case "LOG" ->
                "LOG flags 0 level 4"
                        + target.option("--log-prefix")
                                .map(option -> " prefix \"" + option.argument() + "\"")
                                .orElse("");
            default -> target.optionText().strip();
        };
    }
}
