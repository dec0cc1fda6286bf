package vzguard.agent.tools;

import java.util.ArrayList;
import java.util.List;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandRunner;

/** The host's own addresses, as {@code ip} prints them. */
public final class HostAddresses {
    private HostAddresses() {}

    /** Those of global scope, with a length: lines "2: eth0    inet 192.0.2.1/24 brd ...". */
    public static List<String> all(CommandRunner runner) {
        List<String> addresses = new ArrayList<>();
        for (String line : runner.run(Command.of("ip", "-o", "addr", "show", "scope", "global"))
                .out()
                .lines()
                .toList()) {
            String[] words = line.strip().split("\\s+");
            if (words.length > 3 && (words[2].equals("inet") || words[2].equals("inet6"))) {
                addresses.add(words[3]);
            }
        }
        return addresses;
    }
}
