package vzguard.agent.guard;

import java.util.ArrayList;
import java.util.List;
import vzguard.agent.model.Family;
import vzguard.agent.model.OwnRules;
import vzguard.policy.SshGuard;
import vzguard.values.Cidr;

/**
 * The guard as rules: an own chain, and one jump per port at the head of INPUT. The jump takes new connections only
 * ({@code --syn}), so it needs no connection tracking; the chain never accepts, it returns, so that it opens nothing that
 * someone else closed.
 *
 * <p>Sharp edges that shaped it (measured): {@code --rttl} is a hole or does nothing, so it is left out; one list name for
 * both families is one list of 100 addresses, so IPv6 has its own; IPv6 is counted by /64; loopback is counted too, so it
 * is exempt; only a restore of the own chain in one commit lets no packet through and keeps the list.
 */
public final class GuardRules {
    /** The own chain, in both families, on hosts and in VEs. */
    public static final String CHAIN = "VZG";

    /** The built-in chain that jumps to it. */
    public static final String BUILT_IN = "INPUT";

    /** Exempt from every guard, so that a proof can show an allowed source; nobody can answer from it, it is a bogon. */
    public static final String PROOF_ALLOWED_4 = "198.19.255.254";

    /** As {@link #PROOF_ALLOWED_4}. */
    public static final String PROOF_ALLOWED_6 = "fd00:767a:6775:ffff::1";

    private static final String MASK_6 = " --mask ffff:ffff:ffff:ffff::";

    private GuardRules() {}

    /** Name of the guard's list; IPv6 has its own. */
    public static String list(SshGuard settings, Family family) {
        return family == Family.V4 ? settings.list() : settings.list() + "6";
    }

    /** The rules that the settings ask for, in canonical form. */
    public static OwnRules wanted(SshGuard settings, Family family) {
        if (settings.rule() != SshGuard.Rule.FIELD_REPORT || settings.action() != SshGuard.Action.DROP) {
            // Policies with these are refused when they are read.
            throw new IllegalArgumentException(settings.rule() + " with " + settings.action() + " is not supported");
        }
        List<String> chain = new ArrayList<>();
        chain.add("-i lo -j RETURN");
        settings.allow().stream()
                .map(Cidr::parse)
                .filter(cidr -> cidr.family() == family.number())
                .forEach(cidr -> chain.add("-s " + cidr + " -j RETURN"));
        chain.add("-s " + (family == Family.V4 ? PROOF_ALLOWED_4 : PROOF_ALLOWED_6) + " -j RETURN");
        String list = " --name " + list(settings, family) + (family == Family.V6 ? MASK_6 : "");
        chain.add("-m recent --set" + list);
        chain.add("-m recent --update --seconds " + settings.window().toSeconds() + " --hitcount " + settings.hits()
                + list + " -j DROP");
        List<String> jumps = settings.ports().stream()
                .map(port -> "-p tcp -m tcp --dport " + port + " --tcp-flags FIN,SYN,RST,ACK SYN -j " + CHAIN)
                .toList();
        return OwnRules.wanted(chain, jumps);
    }

    /**
     * Input for {@code iptables-restore --noflush} that turns what is there into what is wanted, in one commit. Without
     * foreign rules before them, the jumps stay untouched.
     */
    public static String restoreText(OwnRules wanted, SavedFilter now) {
        OwnRules own = now.own();
        StringBuilder text = new StringBuilder("*filter\n:" + CHAIN + " - [0:0]\n");
        wanted.chain()
                .forEach(rule -> text.append("-A ")
                        .append(CHAIN)
                        .append(' ')
                        .append(rule)
                        .append('\n'));
        if (!own.jumps().equals(wanted.jumps()) || !own.jumpsFirst()) {
            appendJumpRemoval(text, now);
            for (int i = wanted.jumps().size() - 1; i >= 0; i--) {
                text.append("-I ")
                        .append(BUILT_IN)
                        .append(" 1 ")
                        .append(wanted.jumps().get(i))
                        .append('\n');
            }
        }
        return text.append("COMMIT\n").toString();
    }

    /** Input for {@code iptables-restore --noflush} that takes jumps and chain away; empty when there is nothing. */
    public static String removeText(SavedFilter now) {
        OwnRules own = now.own();
        if (own.equals(OwnRules.NONE)) {
            return "";
        }
        StringBuilder text = new StringBuilder("*filter\n:" + CHAIN + " - [0:0]\n");
        appendJumpRemoval(text, now);
        return text.append("-X ").append(CHAIN).append("\nCOMMIT\n").toString();
    }

    /** Jumps are removed by the words in which they were printed: other words of equal meaning may not be found. */
    private static void appendJumpRemoval(StringBuilder text, SavedFilter now) {
        now.chain(BUILT_IN).stream()
                .filter(rule -> rule.jumpsTo(CHAIN))
                .forEach(rule -> text.append("-D ")
                        .append(BUILT_IN)
                        .append(' ')
                        .append(rule.raw())
                        .append('\n'));
    }

    /** Content of the own file from which the guard is loaded at the next start. */
    public static String fileText(OwnRules wanted) {
        return "# The SSH guard of vzguard. Loaded by " + StoredGuard.HOOK + "; changes are lost.\n"
                + restoreText(wanted, new SavedFilter(java.util.Set.of(), List.of()));
    }
}
