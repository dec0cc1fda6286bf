package vzguard.agent.guard;

import java.util.Optional;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.OwnRules;

/**
 * Own files and own hook, from which the guard comes back when a VE or a host starts (Debian's ifupdown: run-parts runs
 * {@code /etc/network/if-pre-up.d} once per interface; a name with a dot would be skipped, an exit code would keep the
 * interface down).
 */
public final class StoredGuard {
    public static final String DIRECTORY = "/etc/vzguard";
    public static final String HOOK_DIRECTORY = "/etc/network/if-pre-up.d";
    public static final String HOOK = HOOK_DIRECTORY + "/vzguard";
    public static final String HOOK_MODE = "rwxr-xr-x";
    public static final String FILE_MODE = "rw-r--r--";

    /** The hook, the same everywhere. Where the jump is already there it does nothing: the second interface. */
    public static final String HOOK_TEXT = """
            #!/bin/sh
            # vzguard: loads the SSH guard. Own chain only; always exits 0, so that no interface stays down.
            for program in iptables ip6tables; do
                case $program in
                    iptables) rules=/etc/vzguard/rules.v4 ;;
                    *) rules=/etc/vzguard/rules.v6 ;;
                esac
                [ -r "$rules" ] || continue
                "$program-save" -t filter 2>/dev/null | grep -q '^-A INPUT .*-j VZG *$' && continue
                "$program-restore" --noflush <"$rules" 2>/dev/null
            done
            exit 0
            """;

    private StoredGuard() {}

    /** {@code /etc/vzguard/rules.v4} or {@code rules.v6}. */
    public static String file(Family family) {
        return DIRECTORY + "/rules.v" + family.number();
    }

    /**
     * What a start would bring.
     *
     * @param rules content of the own file; empty: there is none
     * @param hook content of the hook; empty: there is none
     * @param executable the hook may be executed
     * @param possible there is a directory for hooks
     */
    public static GuardSeen.Stored read(
            Optional<String> rules, Optional<String> hook, boolean executable, boolean possible) {
        boolean works = executable && hook.map(String::strip).equals(Optional.of(HOOK_TEXT.strip()));
        Optional<OwnRules> stored =
                works ? rules.map(text -> SavedFilter.parse(text).own()) : Optional.empty();
        return new GuardSeen.Stored(stored, rules.isPresent(), hook.isPresent(), possible);
    }
}
