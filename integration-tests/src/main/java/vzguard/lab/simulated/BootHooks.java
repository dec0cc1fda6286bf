package vzguard.lab.simulated;

import java.util.List;
import vzguard.lab.simulated.shell.PlaceFiles;

/**
 * What is run as the network comes up. The links of {@code rc3.d} before it by name, whatever becomes of them; then by ifupdown,
 * before an interface comes up: the executable files of {@code if-pre-up.d} by run-parts' rules (letters, digits, dashes and
 * underscores in their names), once per interface. One that fails keeps the interface down.
 */
final class BootHooks {
    private static final String FOLDER = "/etc/network/if-pre-up.d";

    private static final String RUNLEVEL = "/etc/rc.d/rc3.d";
    private static final String NETWORK = "S10";

    private BootHooks() {}

    /** @return whether every interface came up */
    static boolean run(PlaceUserland place, List<String> interfaces) {
        PlaceFiles files = place.files();
        for (String name : files.list(RUNLEVEL)) {
            String file = RUNLEVEL + "/" + name;
            if (name.startsWith("S") && name.compareTo(NETWORK) < 0 && files.isExecutable(file)) {
                place.script(file, List.of("start"), "");
            }
        }
        boolean up = true;
        for (int i = 0; i < interfaces.size(); i++) {
            for (String name : files.list(FOLDER)) {
                String file = FOLDER + "/" + name;
                if (name.matches("[A-Za-z0-9_-]+") && files.isExecutable(file)) {
                    up &= place.script(file, List.of(), "").exit() == 0;
                }
            }
        }
        return up;
    }
}
