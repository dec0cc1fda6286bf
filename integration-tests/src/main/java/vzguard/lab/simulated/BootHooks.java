package vzguard.lab.simulated;

import java.util.List;
import vzguard.lab.simulated.shell.PlaceFiles;

/**
 * What ifupdown runs before an interface comes up: the executable files of {@code if-pre-up.d} by run-parts' rules (letters,
 * digits, dashes and underscores in their names), once per interface. One that fails keeps the interface down.
 */
final class BootHooks {
    private static final String FOLDER = "/etc/network/if-pre-up.d";

    private BootHooks() {}

    /** @return whether every interface came up */
    static boolean run(PlaceUserland place, List<String> interfaces) {
        PlaceFiles files = place.files();
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
