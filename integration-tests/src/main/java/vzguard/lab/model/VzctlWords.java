package vzguard.lab.model;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.lab.model.VzctlRelease.Wording;

/**
 * The lines of vzctl 4.11.1, as observed, in the words of another release. Those that facts.md or sources name are theirs
 * (1.3, 1.5 to 1.7, 3.4); the others are made by putting the release's own word for a container in place of 4.11.1's.
 */
final class VzctlWords {
    private static final Pattern SAVED = Pattern.compile("CT configuration saved to .*/([^/]+)\\.conf");
    private static final Pattern LOCKED_BY = Pattern.compile("Locked by: pid (\\d+), cmdline (.*)");
    private static final String CANNOT_NOW = "Unable to set iptables/netfilter on a running container";
    private static final String NOT_SAVED = "WARNING: Settings were not saved to config";

    private final VzctlRelease release;
    private final Wording wording;

    VzctlWords(VzctlRelease release) {
        this.release = release;
        this.wording = release.wording();
    }

    /** The line as this release says it; empty when it says nothing there. */
    Optional<String> line(String observed) {
        if (release.equals(VzctlRelease.OBSERVED)) {
            return Optional.of(observed);
        }
        Matcher saved = SAVED.matcher(observed);
        if (saved.matches() && !(wording == Wording.CONTAINER && release.since("4.0"))) {
            return Optional.of("Saved parameters for " + shortName() + " " + saved.group(1));
        }
        Matcher locked = LOCKED_BY.matcher(observed);
        if (locked.matches()) {
            return switch (wording) {
                case VE -> Optional.empty();
                case CONTAINER -> Optional.of(observed);
                case CAPITAL -> Optional.of("Locked info: pid=" + locked.group(1) + " cmdline=" + locked.group(2));
            };
        }
        if (wording == Wording.VE && observed.startsWith("stat(")) {
            return Optional.empty();
        }
        return Optional.of(ownWords(observed));
    }

    /** All of these lines, in order. */
    List<String> lines(List<String> observed) {
        return observed.stream().flatMap(each -> line(each).stream()).toList();
    }

    private String ownWords(String observed) {
        if (observed.equals(CANNOT_NOW)) {
            return switch (wording) {
                case VE -> "Unable to set iptables on running VE";
                case CONTAINER -> release.hasNetfilter() ? observed : "Unable to set iptables on a running container";
                case CAPITAL -> "Unable to set netfilter for the running Container";
            };
        }
        if (observed.startsWith(NOT_SAVED) && wording == Wording.VE) {
            return "WARNING: Settings were not saved and will be resetted to original values on next start"
                    + " (use --save flag)";
        }
        if (observed.startsWith("Incorrect netfilter value: ") && wording == Wording.CAPITAL) {
            return observed.replace("Incorrect netfilter value", "An incorrect netfilter");
        }
        if (observed.equals("Container already locked") && wording == Wording.CAPITAL) {
            return "Cannot lock the Container";
        }
        if (observed.equals("Starting container...") && !release.since("4.0") || wording == Wording.CAPITAL) {
            return renamed(observed.replace("Starting container...", "Starting container ..."));
        }
        return renamed(observed);
    }

    private String renamed(String observed) {
        return switch (wording) {
            case VE ->
                observed.replace("Bad CT ID", "Bad VE id")
                        .replace("CTID", "VEID")
                        .replace("CT ID", "VEID")
                        .replaceAll("\\bCT(?=\\b|\\d)", "VE")
                        .replaceAll("\\b[Cc]ontainer\\b", "VE");
            case CONTAINER -> observed;
            case CAPITAL -> observed.replace("CTID", "VEID").replaceAll("\\bcontainer\\b", "Container");
        };
    }

    private String shortName() {
        return switch (wording) {
            case VE -> "VE";
            case CONTAINER -> "CT";
            case CAPITAL -> "Container";
        };
    }
}
