package vzguard.agent;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.values.Cidr;

/**
 * Reads the agent's configuration file ({@code /etc/vzguard/agent.conf}, the format of {@link Properties}):
 *
 * <pre>
 * controller=controller.example:7443, standby.example:7443
 * name=hn1
 * label.dc=tokyo
 * sweep=60s
 * failsafe=192.0.2.10, 2001:db8:1::/48
 * state=/var/lib/vzguard/agent
 * token-file=/etc/vzguard/token
 * </pre>
 *
 * Every key may be left out. A file with any fault gives no settings but all of its faults.
 */
public final class AgentConfig {
    private static final String LABEL = "label.";
    private static final int MAX_LABELS = 64;
    private static final int MAX_FAILSAFE = 64;
    private static final String PERMITTED = "controller, name, label.KEY, sweep, confirm, failsafe, state, token-file";
    private static final Pattern ADDRESS = Pattern.compile("(?:\\[[0-9A-Fa-f:.]+]|[^\\s:/\\[\\]]+):([0-9]{1,5})");
    private static final Pattern LABEL_KEY = Pattern.compile("[a-z][a-z0-9_.-]{0,62}");
    private static final Pattern LABEL_VALUE = Pattern.compile("[A-Za-z0-9_.-]{1,63}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,252}");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,5})(s|m|h)");

    private final List<String> problems = new ArrayList<>();

    private AgentConfig() {}

    /** Either settings, or at least one problem. */
    public record Parsed(Optional<AgentSettings> settings, List<String> problems) {
        public Parsed {
            problems = List.copyOf(problems);
        }
    }

    /**
     * @param text of the file
     * @param file its name, for the messages
     * @param machineName the host's name where the file names none
     */
    public static Parsed parse(String text, String file, String machineName) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException e) {
            return new Parsed(Optional.empty(), List.of(file + ": " + e.getMessage()));
        }
        AgentConfig config = new AgentConfig();
        AgentSettings settings = config.settings(properties, machineName);
        List<String> named =
                config.problems.stream().map(problem -> file + ": " + problem).toList();
        return new Parsed(named.isEmpty() ? Optional.of(settings) : Optional.empty(), named);
    }

    private AgentSettings settings(Properties properties, String machineName) {
        Optional<String> controller = Optional.empty();
        String name = machineName;
        Map<String, String> labels = new TreeMap<>();
        Duration sweep = AgentSettings.DEFAULT_SWEEP;
        Duration confirm = AgentSettings.DEFAULT_CONFIRM;
        Path state = AgentSettings.DEFAULT_STATE;
        Optional<Path> tokenFile = Optional.empty();
        List<String> failsafe = List.of();
        for (String key : new TreeSet<>(properties.stringPropertyNames())) {
            String value = properties.getProperty(key, "").strip();
            switch (key) {
                case "controller" -> controller = Optional.of(controller(value));
                case "name" -> name = matching(NAME, key, value, "letters, digits, dots, - and _, at most 253");
                case "sweep" ->
                    sweep = time(key, value, Duration.ofSeconds(1), Duration.ofHours(1), "1s to 1h, as 60s, 5m", sweep);
                case "confirm" ->
                    confirm = time(
                            key,
                            value,
                            Duration.ofSeconds(5),
                            Duration.ofMinutes(10),
                            "5s to 10m, as 60s, 5m",
                            confirm);
                case "failsafe" -> failsafe = failsafe(value);
                case "state" -> state = path(key, value);
                case "token-file" -> tokenFile = Optional.of(path(key, value));
                default -> label(key, value, labels);
            }
        }
        if (labels.size() > MAX_LABELS) {
            problems.add(labels.size() + " labels (permitted: at most " + MAX_LABELS + ")");
        }
        return new AgentSettings(name, labels, controller, state, sweep, failsafe, tokenFile, confirm);
    }

    private void label(String key, String value, Map<String, String> labels) {
        if (!key.startsWith(LABEL)) {
            problems.add("unknown key \"" + key + "\" (permitted: " + PERMITTED + ")");
            return;
        }
        String label = matching(
                LABEL_KEY, key, key.substring(LABEL.length()), "label.KEY with KEY of a-z, 0-9, _ . -, at most 63");
        labels.put(label, matching(LABEL_VALUE, key, value, "letters, digits, _ . -, at most 63"));
    }

    private String controller(String value) {
        List<String> addresses = AgentSettings.addresses(value);
        for (String address : addresses) {
            Matcher matcher = ADDRESS.matcher(address);
            if (!matcher.matches()
                    || Integer.parseInt(matcher.group(1)) < 1
                    || Integer.parseInt(matcher.group(1)) > 65535) {
                problems.add(
                        "controller: " + address
                                + " is no address (permitted: HOST:PORT, 192.0.2.1:7443, [2001:db8::1]:7443; several with commas)");
            }
        }
        return String.join(",", addresses);
    }

    private Duration time(
            String key, String value, Duration shortest, Duration longest, String permitted, Duration otherwise) {
        Matcher matcher = DURATION.matcher(value);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration duration = switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                default -> Duration.ofHours(number);
            };
            if (duration.compareTo(shortest) >= 0 && duration.compareTo(longest) <= 0) {
                return duration;
            }
        }
        problems.add(key + "=" + value + " is no permitted time (permitted: " + permitted + ")");
        return otherwise;
    }

    private List<String> failsafe(String value) {
        TreeSet<Cidr> blocks = new TreeSet<>();
        for (String word : value.split("[,\\s]+", -1)) {
            try {
                Cidr block = Cidr.parse(word);
                if (block.prefix() == 0) {
                    problems.add("failsafe: \"" + word + "\" would exempt everyone (permitted: prefixes from /1)");
                }
                blocks.add(block);
            } catch (IllegalArgumentException e) {
                problems.add("failsafe: " + e.getMessage());
            }
        }
        if (blocks.size() > MAX_FAILSAFE) {
            problems.add("failsafe: " + blocks.size() + " blocks (permitted: at most " + MAX_FAILSAFE + ")");
        }
        return blocks.stream().map(Cidr::toString).toList();
    }

    private Path path(String key, String value) {
        try {
            Path path = Path.of(value);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            // Said below, with all other faults.
            value = e.getInput();
        }
        problems.add(key + "=" + value + " is no absolute path");
        return AgentSettings.DEFAULT_STATE;
    }

    private String matching(Pattern pattern, String key, String value, String permitted) {
        if (!pattern.matcher(value).matches()) {
            problems.add(key + ": \"" + value + "\" is not permitted (permitted: " + permitted + ")");
        }
        return value;
    }
}
