package vzguard.agent.guard;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.Kept;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.PublishedRule;
import vzguard.values.BanAddress;

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

    /** Begins a line of the own file that says which published rule, and where in INPUT, the guard took the place of. */
    static final String ADOPTED = "#adopted ";

    /** Begins a line with a list and an address that an operator banned. */
    static final String BAN = "#ban ";

    /** Begins a line with another wording of the rule before it. */
    static final String ALSO = "#also ";

    /**
     * The hook, the same everywhere. Copies of the published rules that were adopted come back with the file from which
     * they are loaded, and go again, in whichever wording iptables finds them. Where the jump is already there the guard is
     * not loaded once more: the second interface.
     */
    public static final String HOOK_TEXT = """
            #!/bin/sh
            # vzguard: loads the SSH guard. Own chains only; always exits 0, so that no interface stays down.
            set -f
            for program in iptables ip6tables; do
                case $program in
                    iptables) rules=/etc/vzguard/rules.v4 ;;
                    *) rules=/etc/vzguard/rules.v6 ;;
                esac
                [ -r "$rules" ] || continue
                while read -r mark position words; do
                    case $mark in
                        "#adopted" | "#also") while "$program" -D INPUT $words 2>/dev/null; do :; done ;;
                    esac
                done <"$rules"
                "$program-save" -t filter 2>/dev/null | grep -q '^-A INPUT .*-j VZG *$' && continue
                "$program-restore" --noflush <"$rules" 2>/dev/null || continue
                while read -r mark list address; do
                    [ "$mark" != "#ban" ] || echo "+$address" >"/proc/net/xt_recent/$list"
                done <"$rules" 2>/dev/null
            done
            exit 0
            """;

    private static final Pattern ADOPTED_RULE = Pattern.compile(ADOPTED + "(\\d{1,6}) (\\S.*)");

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
        List<PublishedRule> adopted = rules.stream()
                .flatMap(String::lines)
                .map(ADOPTED_RULE::matcher)
                .filter(line -> line.matches() && PublishedRules.isOne(line.group(2)))
                .map(line -> new PublishedRule(Integer.parseInt(line.group(1)), line.group(2)))
                .toList();
        List<BanAddress> bans = rules.stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(BAN))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .flatMap(StoredGuard::ban)
                .toList();
        Kept kept = new Kept(adopted, bans);
        return new GuardSeen.Stored(stored, rules.isPresent(), hook.isPresent(), possible, kept);
    }

    private static Stream<BanAddress> ban(String address) {
        try {
            return Stream.of(BanAddress.parse(address));
        } catch (IllegalArgumentException e) {
            // In a VE the file is its owner's.
            return Stream.empty();
        }
    }
}
