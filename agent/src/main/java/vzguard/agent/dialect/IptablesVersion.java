package vzguard.agent.dialect;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * iptables of one place, by what {@code iptables --version} prints: "iptables v1.4.2", "iptables v1.8.9 (nf_tables)". Each
 * VE has its own (facts 5.3).
 *
 * @param version empty: there is none, or its words are not known
 */
public record IptablesVersion(Optional<String> version, Backend backend) {
    /** Which tables of the kernel it works on. */
    public enum Backend {
        /** The only one, before 1.8. */
        ONLY,
        LEGACY,
        NFT
    }

    private static final Pattern PRINTED =
            Pattern.compile("ip6?tables v(\\d+(?:\\.\\d+){1,3})\\S*(?: \\((\\w+)\\))?.*");

    /** @param printed first line of {@code --version} */
    public static IptablesVersion of(String printed) {
        Matcher matcher = PRINTED.matcher(printed.strip());
        if (!matcher.matches()) {
            return new IptablesVersion(Optional.empty(), Backend.ONLY);
        }
        String word = matcher.group(2) == null ? "" : matcher.group(2);
        Backend backend =
                word.equals("nf_tables") ? Backend.NFT : word.equals("legacy") ? Backend.LEGACY : Backend.ONLY;
        return new IptablesVersion(Optional.of(matcher.group(1)), backend);
    }

    public boolean isKnown() {
        return version.isPresent();
    }

    private boolean atLeast(String other) {
        return version.map(Version::of).filter(own -> own.atLeast(other)).isPresent();
    }

    /** {@code -S}. */
    public boolean listsRules() {
        return atLeast("1.4.1");
    }

    /** {@code -C}. */
    public boolean checksRules() {
        return atLeast("1.4.11");
    }

    /** {@code -m recent --mask}, without which IPv6 cannot be counted by networks of 64 bits. */
    public boolean knowsMask() {
        return atLeast("1.4.15");
    }

    /** What {@code -w} is to it. */
    public enum Waiting {
        /** An option that it does not know; RHEL 6's late 1.4.7 does, and says no other version. */
        NONE,
        /** It takes no number: 1.4.20 and 1.4.21. */
        FLAG,
        /** It takes a number of seconds: since 1.6. */
        SECONDS
    }

    /** How it can be told to wait for its lock (facts 5.2). nft has no lock. */
    public Waiting waiting() {
        if (!locks()) {
            return Waiting.NONE;
        }
        return atLeast("1.6.0") ? Waiting.SECONDS : Waiting.FLAG;
    }

    /** {@code iptables-restore -w}. */
    public boolean restoreWaits() {
        return atLeast("1.6.2") && locks();
    }

    /** Exit 4 may mean that another iptables holds the lock; before, there is no lock at all. */
    public boolean locks() {
        return atLeast("1.4.20") && backend != Backend.NFT;
    }

    /** As people are told. */
    public String describe() {
        return version.map(number -> number
                        + switch (backend) {
                            case ONLY -> "";
                            case LEGACY -> " legacy";
                            case NFT -> " nft";
                        })
                .orElse("none that is known");
    }
}
