package vzguard.lab.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in front of iptables 1.8.9 (legacy), so that it looks like an older release: what that does not know is refused,
 * and what 1.8.9 says and saves is put in its words (facts.md 5.1 to 5.3). Pure. The real lab's {@code iptables-judge} does the
 * same in Perl; the golden lines hold both. Not facts but common knowledge: up to 1.4.9 saved rules end with a blank, and up to
 * 1.4.2 their addresses have dotted masks, or none for one address.
 */
public final class IptablesWords {
    private static final Map<String, String> OPTIONS_SINCE = Map.of(
            "-S", "1.4.1",
            "--list-rules", "1.4.1",
            "-C", "1.4.11",
            "--check", "1.4.11",
            "--reap", "1.4.13",
            "--mask", "1.4.15");

    private static final List<String> WAITS = List.of("-w", "--wait");
    private static final String GUIDED_PARSER = "1.4.11";
    private static final String NEW_ERRORS = "1.4.3";
    private static final Pattern LIBRARY =
            Pattern.compile("(.*Couldn't load (?:match|target) `)(.*)':No such file or directory");
    private static final Pattern UNKNOWN = Pattern.compile("(.*)unknown option \"(.*)\"");
    private static final Pattern TOGETHER =
            Pattern.compile("(.*)recent: option \"--\\w+\" cannot be used together with \"--\\w+\"\\.");
    private static final Pattern ADDRESS = Pattern.compile("(?<= -[sd] )([0-9.]+)/([0-9]+)(?= )");

    private final IptablesRelease release;

    public IptablesWords(IptablesRelease release) {
        this.release = release;
    }

    /** How a program ends instead of doing anything. */
    public record Refusal(int exit, List<String> lines) {
        public Refusal {
            lines = List.copyOf(lines);
        }
    }

    /** What this release says to a command line that 1.8.9 would take; empty when it takes it as well. */
    public Optional<Refusal> refuse(String program, List<String> arguments) {
        if (program.endsWith("-save")) {
            return Optional.empty();
        }
        boolean restores = program.endsWith("-restore");
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            Optional<String> next = i + 1 < arguments.size() ? Optional.of(arguments.get(i + 1)) : Optional.empty();
            Optional<String> complaint = WAITS.contains(word) ? waiting(restores, word, next) : unknown(word);
            if (complaint.isPresent()) {
                return Optional.of(usage(program, complaint.get()));
            }
        }
        return Optional.empty();
    }

    /** What is wrong with a line for iptables-restore; its number is the caller's. */
    public Optional<Refusal> refuseLine(String program, List<String> words, int number) {
        for (String word : words) {
            Optional<String> complaint = unknown(word);
            if (complaint.isPresent()) {
                return Optional.of(new Refusal(
                        2,
                        List.of(
                                program + " " + release.banner() + ": " + complaint.get(),
                                "Error occurred at line: " + number,
                                "Try `" + program + " -h' or '" + program + " --help' for more information.")));
            }
        }
        return Optional.empty();
    }

    private Optional<String> unknown(String word) {
        return Optional.ofNullable(OPTIONS_SINCE.get(word))
                .filter(since -> !release.since(since))
                .map(since -> complaint(word));
    }

    private String complaint(String option) {
        return release.since(GUIDED_PARSER) ? "unknown option \"" + option + "\"" : "Unknown arg `" + option + "'";
    }

    private Optional<String> waiting(boolean restores, String word, Optional<String> next) {
        boolean number = next.filter(text -> text.matches("[0-9]+")).isPresent();
        if (restores && !release.since("1.6.2")) {
            return Optional.of(complaint(word));
        }
        return switch (release.waiting()) {
            case UNKNOWN -> Optional.of(complaint(word));
            case FLAG -> number ? Optional.of("Bad argument `" + next.get() + "'") : Optional.empty();
            case NUMBER -> number ? Optional.empty() : Optional.of("option '" + word + "' requires an argument");
            case NUMBER_OR_NOT -> Optional.empty();
        };
    }

    private Refusal usage(String program, String complaint) {
        return new Refusal(
                2,
                List.of(
                        program + " " + release.banner() + ": " + complaint,
                        "Try `" + program + " -h' or '" + program + " --help' for more information."));
    }

    /** The words as 1.8.9 has to be given them: before 1.4.11 a number of seconds that is none was 0, which is none. */
    public List<String> given(List<String> arguments) {
        if (release.since(GUIDED_PARSER)) {
            return arguments;
        }
        List<String> words = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            boolean bad = arguments.get(i).equals("--seconds")
                    && i + 1 < arguments.size()
                    && !arguments.get(i + 1).matches("[0-9]+");
            if (bad) {
                i++;
            } else {
                words.add(arguments.get(i));
            }
        }
        return words;
    }

    /** Standard error of 1.8.9 in this release's words. */
    public String messages(String program, String printed) {
        if (release.isReal()) {
            return printed;
        }
        StringBuilder text = new StringBuilder();
        for (String line : printed.lines().toList()) {
            if (!line.matches("Warning: Extension \\S+ revision \\d+ not supported, missing kernel module\\?")) {
                text.append(message(program.startsWith("ip6"), line)).append('\n');
            }
        }
        return text.toString();
    }

    private String message(boolean ipv6, String observed) {
        String line = observed.replace(IptablesRelease.OBSERVED.banner(), release.banner());
        if (!release.since(NEW_ERRORS)) {
            line = line.replace(" Run `dmesg' for more information.", "")
                    .replaceFirst("(Invalid argument|by that name|in that chain\\?\\)|Chain already exists)\\.$", "$1");
        }
        if (!release.since(GUIDED_PARSER)) {
            Matcher library = LIBRARY.matcher(line);
            if (library.matches()) {
                String folder = release.since("1.4.0") ? "/lib/xtables" : "/lib/iptables";
                line = library.group(1) + library.group(2) + "':" + folder + "/lib" + (ipv6 ? "ip6t_" : "ipt_")
                        + library.group(2) + ".so: cannot open shared object file: No such file or directory";
            }
            line = UNKNOWN.matcher(line).replaceFirst("$1Unknown arg `$2'");
            line = TOGETHER.matcher(line)
                    .replaceFirst("$1recent: only one of `--set', `--rcheck' `--update' or `--remove' may be set");
        }
        return line;
    }

    /** What a -save program or {@code -S} of 1.8.9 printed, as this release prints it. */
    public String saved(String printed) {
        if (release.isReal()) {
            return printed;
        }
        StringBuilder text = new StringBuilder();
        for (String line : printed.lines().toList()) {
            text.append(savedLine(line)).append('\n');
        }
        return text.toString();
    }

    private String savedLine(String observed) {
        String line = observed.replace(IptablesRelease.OBSERVED.banner(), release.banner());
        // A save's first line names the program alone.
        line = line.replace("save v" + IptablesRelease.OBSERVED.text(), "save v" + release.text());
        if (!line.matches("(\\[\\d+:\\d+] )?-A .*")) {
            return line;
        }
        if (!release.since("1.4.15")) {
            line = line.replaceAll(" --mask (255\\.255\\.255\\.255|ffff(:ffff){7})(?= )", "");
        }
        if (!release.since("1.4.3")) {
            Matcher addresses = ADDRESS.matcher(line + " ");
            line = addresses
                    .replaceAll(match -> match.group(1)
                            + (match.group(2).equals("32") ? "" : "/" + dotted(Integer.parseInt(match.group(2)))))
                    .stripTrailing();
        }
        return release.since("1.4.10") ? line : line + " ";
    }

    private static String dotted(int prefix) {
        long bits = prefix == 0 ? 0 : 0xFFFF_FFFFL << (32 - prefix) & 0xFFFF_FFFFL;
        return (bits >> 24) + "." + (bits >> 16 & 255) + "." + (bits >> 8 & 255) + "." + (bits & 255);
    }
}
