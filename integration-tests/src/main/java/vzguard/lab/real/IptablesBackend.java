package vzguard.lab.real;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the programs named iptables are in a lab: both come with the package, and Debian lets a machine choose. */
public enum IptablesBackend {
    /** The tables of {@code ip_tables}. */
    LEGACY,
    /** The same rules in {@code nf_tables}. */
    NFT;

    /** As options and {@code lab status} write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The backend of this word; empty for any other. */
    public static Optional<IptablesBackend> of(String word) {
        return Arrays.stream(values())
                .filter(backend -> backend.word().equals(word))
                .findFirst();
    }

    /** All words, for who gave another. */
    public static String words() {
        return Arrays.stream(values()).map(IptablesBackend::word).collect(Collectors.joining(", "));
    }
}
