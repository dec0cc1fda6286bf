package vzguard.it.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** SYNs to port 22 of the guarded place, from an address outside, sent by a Perl program. */
final class Flood implements Packets {
    private static final int RATE = 20_000;
    private static final Pattern SENT = Pattern.compile("SENT (\\d+) SECONDS ([0-9.]+)");

    private final Process process;
    private final Path program;

    private Flood(FloodedPlace place, String from, int count) {
        try {
            program = Files.createTempFile("vzguard-flood", ".pl");
            try (InputStream resource = Objects.requireNonNull(Flood.class.getResourceAsStream("flood.pl"))) {
                Files.write(program, resource.readAllBytes());
            }
            List<String> command = new ArrayList<>(place.enterOutside());
            command.addAll(
                    List.of("perl", program.toString(), from, FloodedPlace.ADDRESS, "22", "" + RATE, "" + count));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What was sent.
     *
     * @param seconds how long it took
     */
    record Sent(long syns, double seconds) {
        long rate() {
            return Math.round(syns / seconds);
        }
    }

    /** Sends until it is ended. */
    static Flood start(FloodedPlace place, String from) {
        return new Flood(place, from, 0);
    }

    /** Sends some, and waits until they are sent. */
    static void syns(FloodedPlace place, String from, int count) {
        try (Flood flood = new Flood(place, from, count)) {
            assertThat(flood.said().syns()).isEqualTo(count);
        }
    }

    /** Sends one from each of these addresses. */
    static void synFromEach(FloodedPlace place, List<String> from) {
        syns(place, String.join(",", from), from.size());
    }

    @Override
    public Sent end() {
        try {
            process.getOutputStream().close();
            return said();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Sent said() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            Matcher sent = SENT.matcher(line == null ? "" : line);
            assertThat(sent.matches()).as("the sender said %s", line).isTrue();
            return new Sent(Long.parseLong(sent.group(1)), Double.parseDouble(sent.group(2)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            Files.deleteIfExists(program);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
