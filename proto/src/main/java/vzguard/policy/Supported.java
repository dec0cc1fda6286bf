package vzguard.policy;

import java.util.Set;

/**
 * Settings that the language has and this version does not yet carry out. They are refused by name, in a policy's text
 * and on the wire, so that every accepted key acts. This is the only place that lists them: who makes one act deletes
 * its line here.
 */
final class Supported {
    private static final Set<String> NOT_YET = Set.of("restarts.window");

    private Supported() {}

    /**
     * Passes a supported setting on.
     *
     * @param setting as listed above
     * @throws IllegalArgumentException when it is not yet supported; the message says so
     */
    static void check(String setting) {
        if (NOT_YET.contains(setting)) {
            throw new IllegalArgumentException("\"" + setting + "\" is not yet supported by this version");
        }
    }
}
