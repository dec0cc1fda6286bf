package vzguard.agent.prove;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.agent.exec.Command;

/** The program that makes a proof's connections: how it is called, what it is told, and what it says. */
final class Probe {
    /** Less than the second after which a kernel sends a SYN again: a guard would count that one too. */
    static final int TIMEOUT_MS = 900;

    private static final Pattern LINE = Pattern.compile("(\\d{1,9})&? (answered|silent|refused) (.*)");
    /** For starting a JVM on a busy host, and for greetings that are slow. */
    private static final Duration SPARE = Duration.ofSeconds(60);

    private Probe() {}

    /** The command, one lane per plan. Attempts are numbered through, in the order of the plans. */
    static Command command(List<ProofPlan> plans) {
        StringBuilder input = new StringBuilder();
        int number = 0;
        int longest = 0;
        for (ProofPlan plan : plans) {
            input.append("lane\n");
            for (ProofPlan.Attempt attempt : plan.attempts()) {
                number++;
                input.append(String.format(
                        Locale.ROOT,
                        "%d%s %s %s %d %d\n",
                        number,
                        // Silence is waited for while the connections after it are made: they come from other sources.
                        attempt.answerExpected() ? "" : "&",
                        attempt.from(),
                        attempt.to(),
                        attempt.port(),
                        TIMEOUT_MS));
            }
            longest = Math.max(longest, plan.attempts().size());
        }
        return Command.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UsePerfData",
                        "-Xshare:auto",
                        "-Xmx32m",
                        "-Xss256k",
                        "-cp",
                        archive(),
                        ProbeMain.class.getName())
                .withStdin(input.toString())
                .withDeadline(SPARE.plusMillis((long) longest * TIMEOUT_MS));
    }

    /** The answers of each plan by its attempts' numbers; what the probe did not say is not there. */
    static List<Map<Integer, Answer>> answers(List<ProofPlan> plans, String said) {
        Map<Integer, Answer> all = new HashMap<>();
        for (String line : said.lines().toList()) {
            parse(line).ifPresent(answer -> all.put(answer.number(), answer.answer()));
        }
        List<Map<Integer, Answer>> byPlan = new ArrayList<>();
        int before = 0;
        for (ProofPlan plan : plans) {
            Map<Integer, Answer> own = new HashMap<>();
            for (ProofPlan.Attempt attempt : plan.attempts()) {
                Answer answer = all.get(before + attempt.number());
                if (answer != null) {
                    own.put(attempt.number(), answer);
                }
            }
            before += plan.attempts().size();
            byPlan.add(own);
        }
        return byPlan;
    }

    private record Numbered(int number, Answer answer) {}

    private static Optional<Numbered> parse(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Answer.Kind kind = Answer.Kind.valueOf(matcher.group(2).toUpperCase(Locale.ROOT));
        return Optional.of(new Numbered(Integer.parseInt(matcher.group(1)), new Answer(kind, matcher.group(3))));
    }

    /** Where this class was loaded from: the agent's archive, or a folder of classes. */
    private static String archive() {
        try {
            return Path.of(ProbeMain.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the agent does not know where its own archive is", e);
        }
    }
}
