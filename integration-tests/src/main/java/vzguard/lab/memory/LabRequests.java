package vzguard.lab.memory;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.model.VeState;
import vzguard.lab.real.LabException;
import vzguard.lab.real.LabPlace;
import vzguard.lab.simulated.SimulatedHost;
import vzguard.lab.simulated.SimulatedNetwork;
import vzguard.values.Ctid;

/** Carries out what the {@code lab} commands ask of a simulated lab. */
final class LabRequests {
    private static final int SSH = 22;
    private static final Duration ANSWER = Duration.ofMillis(900);
    private static final Duration LONGEST_COMMAND = Duration.ofHours(1);

    private final MemoryFleet fleet;

    LabRequests(MemoryFleet fleet) {
        this.fleet = fleet;
    }

    /** A word of a request or answer that may have blanks and line ends in it. */
    static String packed(String text) {
        return "=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static String unpacked(String word) {
        return URLDecoder.decode(word.substring(1), StandardCharsets.UTF_8);
    }

    List<String> carryOut(List<String> words) {
        return switch (words.get(0)) {
            case "status" -> status();
            case "generation" -> List.of(fleet.spec().generation().word());
            case "reboot" -> {
                fleet.reboot(host(unpacked(words.get(1))));
                yield List.of();
            }
            case "exec" ->
                exec(
                        unpacked(words.get(1)),
                        unpacked(words.get(2)),
                        words.subList(3, words.size()).stream()
                                .map(LabRequests::unpacked)
                                .toList());
            case "ssh" ->
                ssh(
                        LabPlace.of(fleet.spec(), unpacked(words.get(1)))
                                .address(words.get(2).equals("6")),
                        unpacked(words.get(3)),
                        Integer.parseInt(words.get(4)));
            default -> throw new LabException("no such request: " + words.get(0));
        };
    }

    /** One line per host ({@code host NAME ADDRESS STATE}) and VE ({@code ve HOST CTID ADDRESS STATE}). */
    private List<String> status() {
        List<String> lines = new ArrayList<>();
        for (String name : fleet.spec().hostNames()) {
            lines.add("host " + name + " " + LabPlace.of(fleet.spec(), name).address(false) + " up");
            for (Ctid ctid : fleet.spec().ctids()) {
                String address =
                        LabPlace.of(fleet.spec(), name + "/" + ctid.text()).address(false);
                boolean running = host(name).state(ctid) != VeState.DOWN;
                lines.add("ve " + name + " " + ctid.text() + " " + address + " " + (running ? "running" : "stopped"));
            }
        }
        return lines;
    }

    private SimulatedHost host(String name) {
        return fleet.hosts().host(LabPlace.of(fleet.spec(), name).host());
    }

    /** Three lines: its exit code, and both streams in base64. */
    private List<String> exec(String place, String stdin, List<String> argv) {
        String[] parts = place.split("/", 2);
        Command command = Command.of(argv).withStdin(stdin).withDeadline(LONGEST_COMMAND);
        SimulatedHost host = host(parts[0]);
        CommandResult result = parts.length == 1 ? host.run(command) : inside(host, parts[1], command);
        Base64.Encoder base64 = Base64.getEncoder();
        return List.of(
                Integer.toString(result.exit()),
                base64.encodeToString(result.stdout()),
                base64.encodeToString(result.stderr()));
    }

    private static CommandResult inside(SimulatedHost host, String ve, Command command) {
        if (!Ctid.isValid(ve)) {
            throw new LabException("\"" + ve + "\" is not a CTID");
        }
        Ctid ctid = new Ctid(ve);
        if (host.state(ctid) != VeState.RUNNING) {
            throw new LabException("VE " + host.name() + "/" + ve + " does not run");
        }
        return host.runInside(ctid, command);
    }

    /** One line per attempt, as the real lab's. */
    private List<String> ssh(String to, String from, int count) {
        List<String> lines = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            lines.add(number + " " + attempt(from, to));
        }
        return lines;
    }

    private String attempt(String from, String to) {
        try {
            SimulatedNetwork.Connection connection = fleet.hosts().network().connect(from, to, SSH, ANSWER);
            return switch (connection.kind()) {
                case ANSWERED -> "answered " + connection.detail().split(" ")[0];
                case REFUSED -> "refused " + connection.detail();
                case SILENT -> "no answer within " + ANSWER.toMillis() + " ms";
            };
        } catch (IllegalArgumentException e) {
            throw new LabException("attempts from " + from + " failed: " + e.getMessage(), e);
        }
    }

    /** The stranger who connects when nobody else is named. */
    static String stranger(Optional<String> from, boolean ipv6) {
        return from.orElse(ipv6 ? "fd66:bad::1" : "198.51.100.1");
    }
}
