package vzguard.agent.diagnose;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Evidence;

/**
 * Scripts of others that are to write rules when a Debian boots: run-parts passes over some without a word, and one that ends
 * badly leaves the interface down (facts 6.1). Pure.
 */
final class BootScripts {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Pattern MATCH = Pattern.compile(" -m (\\S+)");

    private BootScripts() {}

    static List<Cause> causes(DiagnosisFacts facts) {
        List<Cause> causes = new ArrayList<>();
        for (Signs.BootScript script : facts.signs().scripts()) {
            String whyNot = whyIgnored(script);
            if (!whyNot.isEmpty()) {
                causes.add(Cause.of(
                                CauseCode.BOOT_SCRIPT_IGNORED,
                                script.path() + " on " + facts.place().describe()
                                        + " is not run at boot, and nothing says so: " + whyNot,
                                cure(script))
                        .with(Evidence.ofFile(
                                script.path(),
                                "executable: " + (script.executable() ? "yes" : "no") + "\n" + script.text())));
            } else {
                refusedAtItsEnd(facts, script)
                        .ifPresent(match -> causes.add(Cause.of(
                                        CauseCode.BOOT_SCRIPT_FAILS,
                                        script.path() + " on "
                                                + facts.place().describe()
                                                + " ends with a rule that is refused now (-m " + match
                                                + "): at boot ifup would fail with it, and leave the interface down",
                                        "end it with the line exit 0; apply a policy, whose own script never fails")
                                .with(Evidence.ofFile(script.path(), script.text()))));
            }
        }
        return causes;
    }

    private static String whyIgnored(Signs.BootScript script) {
        if (!NAME.matcher(script.name()).matches()) {
            return "run-parts takes names of letters, digits, _ and - only";
        }
        if (!script.executable()) {
            return "it is not executable";
        }
        return script.text().startsWith("#!") ? "" : "its first line does not begin with #!";
    }

    private static String cure(Signs.BootScript script) {
        String name = script.name().replaceFirst("\\..*", "").replaceAll("[^A-Za-z0-9_-]", "-");
        if (!NAME.matcher(script.name()).matches()) {
            return "mv " + script.path() + " "
                    + script.path().substring(0, script.path().lastIndexOf('/') + 1) + (name.isEmpty() ? "rules" : name)
                    + "; or apply a policy, whose own script is run";
        }
        return script.executable()
                ? "a first line #!/bin/sh; or apply a policy, whose own script is run"
                : "chmod 755 " + script.path() + "; or apply a policy, whose own script is run";
    }

    /** The exit code of a script is that of its last command. */
    private static Optional<String> refusedAtItsEnd(DiagnosisFacts facts, Signs.BootScript script) {
        String last = script.text()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .reduce((first, second) -> second)
                .orElse("");
        if (!last.matches("(?:/sbin/|/usr/sbin/)?iptables .*") || last.contains("||")) {
            return Optional.empty();
        }
        Matcher matches = MATCH.matcher(last);
        while (matches.find()) {
            String match = matches.group(1);
            boolean refused = facts.ve()
                    .flatMap(ve -> ve.inside().permission(match))
                    .filter(tried -> !tried.permitted())
                    .isPresent();
            if (refused) {
                return Optional.of(match);
            }
        }
        return Optional.empty();
    }
}
