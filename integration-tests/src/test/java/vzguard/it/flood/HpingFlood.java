package vzguard.it.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import vzguard.lab.real.UnpackedHping;

/**
 * SYNs to port 22 of the guarded place, sent by several hping3 of Debian: one that waits 50 us after each reaches less than half of
 * 20,000 a second, one that does not wait sends as many as the machine can.
 */
final class HpingFlood implements Packets {
    private static final int SENDERS = 3;
    private static final Pattern SENT = Pattern.compile("(\\d+) packets transmitted");

    private final List<Process> senders;
    private final long began = System.nanoTime();

    private HpingFlood(List<Process> senders) {
        this.senders = senders;
    }

    static HpingFlood start(FloodedPlace place, String from, UnpackedHping hping) {
        List<Process> senders = IntStream.range(0, SENDERS)
                .mapToObj(sender -> {
                    List<String> command = new ArrayList<>(place.enterOutside());
                    try {
                        command.addAll(hping.command(
                                List.of("-q", "-S", "-p", "22", "-i", "u50", "-a", from, FloodedPlace.ADDRESS)));
                        return new ProcessBuilder(command)
                                .redirectErrorStream(true)
                                .start();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
        return new HpingFlood(senders);
    }

    /** Each sender tells how many it sent. */
    @Override
    public Flood.Sent end() {
        // Not Process.destroy, which closes what they print into.
        senders.forEach(sender -> sender.toHandle().destroy());
        double seconds = (System.nanoTime() - began) / 1e9;
        long sent = senders.stream()
                .mapToLong(sender -> {
                    try {
                        String said = new String(sender.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                        Matcher number = SENT.matcher(said);
                        assertThat(number.find()).as("hping3 said %s", said).isTrue();
                        return Long.parseLong(number.group(1));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .sum();
        return new Flood.Sent(sent, seconds);
    }

    @Override
    public void close() {
        senders.forEach(Process::destroyForcibly);
    }
}
