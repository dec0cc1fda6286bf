package vzguard.lab.demo;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The account that the command line gives at the end of a rollout: how many targets ended how, and how many VEs were
 * restarted.
 *
 * @param line as printed
 * @param restarted VEs
 */
record Account(String line, int restarted) {
    private static final Pattern TARGETS = Pattern.compile("(?m)^\\d+ targets? = (?:\\d+ [a-z-]+(?: \\+ )?)+$");
    private static final Pattern RESTARTED = Pattern.compile("(?m)^(no|\\d+) VEs? restarted$");

    /** Reads what a watched rollout printed; without an account nothing is counted and every number is -1. */
    static Account of(String printed) {
        Matcher targets = TARGETS.matcher(printed);
        Matcher restarted = RESTARTED.matcher(printed);
        if (!targets.find() || !restarted.find()) {
            return new Account("no account was printed", -1);
        }
        return new Account(targets.group(), restarted.group(1).equals("no") ? 0 : Integer.parseInt(restarted.group(1)));
    }

    /** How many targets ended so ({@code done}, {@code no-op}, ...); -1 when the account does not say. */
    int number(String state) {
        Matcher matcher =
                Pattern.compile("(\\d+) " + Pattern.quote(state) + "(?: |$)").matcher(line);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    @Override
    public String toString() {
        return line + "; " + restarted + " restarted";
    }
}
