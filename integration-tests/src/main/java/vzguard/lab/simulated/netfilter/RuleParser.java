package vzguard.lab.simulated.netfilter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import vzguard.values.Cidr;

/** Reads a rule from a command line, with the complaints of iptables 1.8.9 about what it cannot read. */
final class RuleParser {
    private static final Map<String, String> PROTOCOL_NUMBERS =
            Map.of("6", "tcp", "17", "udp", "1", "icmp", "58", "ipv6-icmp");

    private final boolean ipv6;
    private final Predicate<String> isChain;
    private final List<PartialExtension> matches = new ArrayList<>();
    private Optional<AddressMatch> source = Optional.empty();
    private Optional<AddressMatch> destination = Optional.empty();
    private Optional<NameMatch> in = Optional.empty();
    private Optional<NameMatch> out = Optional.empty();
    private Optional<NameMatch> protocol = Optional.empty();
    private Optional<PartialExtension> target = Optional.empty();
    private boolean goTo;

    /** @param isChain whether the table has a chain of that name */
    RuleParser(boolean ipv6, Predicate<String> isChain) {
        this.ipv6 = ipv6;
        this.isChain = isChain;
    }

    private record PartialExtension(String name, Map<String, Integer> known, List<Option> options) {
        Extension finished() {
            return new Extension(name, options);
        }
    }

    Rule parse(List<String> words) throws IptablesRefusal {
        List<String> left = new ArrayList<>(words);
        boolean negated = false;
        while (!left.isEmpty()) {
            String word = left.remove(0);
            if (word.equals("!")) {
                negated = true;
                continue;
            }
            option(word, negated, left);
            negated = false;
        }
        List<Extension> finished = new ArrayList<>();
        for (PartialExtension match : matches) {
            finished.add(finished(match));
        }
        Optional<Extension> to = target.map(PartialExtension::finished);
        if (to.filter(extension -> extension.name().equals("REJECT")).isPresent()) {
            to = Optional.of(RejectTarget.canonical(to.get(), ipv6));
        }
        return new Rule(source, destination, in, out, protocol, finished, to, goTo);
    }

    private Extension finished(PartialExtension match) throws IptablesRefusal {
        return switch (match.name()) {
            case "recent" -> RecentMatch.canonical(match.finished(), ipv6);
            case "hashlimit" -> HashlimitMatch.canonical(match.finished(), ipv6);
            default -> match.finished();
        };
    }

    private void option(String word, boolean negated, List<String> left) throws IptablesRefusal {
        switch (word) {
            case "-s", "--source", "--src" -> source = address(negated, word, left);
            case "-d", "--destination", "--dst" -> destination = address(negated, word, left);
            case "-i", "--in-interface" -> in = Optional.of(new NameMatch(negated, argument(word, left)));
            case "-o", "--out-interface" -> out = Optional.of(new NameMatch(negated, argument(word, left)));
            case "-p", "--protocol", "--proto" -> protocol(negated, argument(word, left));
            case "-m", "--match" -> match(argument(word, left));
            case "-j", "--jump" -> target(argument(word, left));
            case "-g", "--goto" -> {
                goTo = true;
                target(argument(word, left));
            }
            default -> extensionOption(word, negated, left);
        }
    }

    private static String argument(String option, List<String> left) throws IptablesRefusal {
        if (left.isEmpty()) {
            throw IptablesRefusal.parameter("option \"" + option + "\" requires an argument");
        }
        return left.remove(0);
    }

    private Optional<AddressMatch> address(boolean negated, String option, List<String> left) throws IptablesRefusal {
        String text = argument(option, left);
        Cidr block;
        try {
            block = Cidr.parse(text);
        } catch (IllegalArgumentException e) {
            throw IptablesRefusal.parameter("host/network `" + text + "' not found");
        }
        if (block.family() != (ipv6 ? 6 : 4)) {
            throw IptablesRefusal.parameter("host/network `" + text + "' not found");
        }
        return block.prefix() == 0 && !negated ? Optional.empty() : Optional.of(new AddressMatch(negated, block));
    }

    private void protocol(boolean negated, String name) {
        String lower = PROTOCOL_NUMBERS.getOrDefault(name, name).toLowerCase(Locale.ROOT);
        protocol = lower.equals("all") ? Optional.empty() : Optional.of(new NameMatch(negated, lower));
    }

    private void match(String name) throws IptablesRefusal {
        if (!ExtensionTable.hasMatch(name)) {
            throw IptablesRefusal.parameterWithGap("Couldn't load match `" + name + "':No such file or directory");
        }
        matches.add(new PartialExtension(name, ExtensionTable.matchOptions(name), new ArrayList<>()));
    }

    private void target(String name) throws IptablesRefusal {
        if (!ExtensionTable.hasTarget(name) && !isChain.test(name)) {
            throw IptablesRefusal.parameterWithGap("Couldn't load target `" + name + "':No such file or directory");
        }
        target = Optional.of(new PartialExtension(name, ExtensionTable.targetOptions(name), new ArrayList<>()));
    }

    private void extensionOption(String word, boolean negated, List<String> left) throws IptablesRefusal {
        String name = ExtensionTable.canonicalOption(word);
        PartialExtension owner = owner(name);
        List<String> arguments = new ArrayList<>();
        for (int i = owner.known().getOrDefault(name, 0); i > 0; i--) {
            arguments.add(argument(word, left));
        }
        if (name.equals("--syn")) {
            owner.options().add(new Option(negated, "--tcp-flags", List.of("FIN,SYN,RST,ACK", "SYN")));
        } else {
            owner.options().add(new Option(negated, name, arguments));
        }
    }

    /** The extension that the option belongs to: the latest that knows it, else the protocol's own match. */
    private PartialExtension owner(String option) throws IptablesRefusal {
        if (target.isPresent() && target.get().known().containsKey(option)) {
            return target.get();
        }
        for (int i = matches.size() - 1; i >= 0; i--) {
            if (matches.get(i).known().containsKey(option)) {
                return matches.get(i);
            }
        }
        String implied = protocol.map(NameMatch::name).orElse("");
        if (ExtensionTable.matchOptions(implied).containsKey(option)) {
            match(implied);
            return matches.get(matches.size() - 1);
        }
        throw IptablesRefusal.parameter("unknown option \"" + option + "\"");
    }
}
