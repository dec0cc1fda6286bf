package vzguard.it.simulation;

import java.util.SplittableRandom;

/** Policies as operators write them, with settings tight enough to matter for a small fleet. Budgets are one for the whole run. */
final class PolicyTexts {
    private final SplittableRandom random;
    private final int perHost;
    private final int total;

    PolicyTexts(SplittableRandom random, int perHost, int total) {
        this.random = random;
        this.perHost = perHost;
        this.total = total;
    }

    String next(String name) {
        String ves = name.equals("alpha") ? "101-103" : "104-106";
        if (random.nextInt(12) == 0) {
            ves = "101-106";
        }
        String placement = random.nextInt(3) == 0 ? "host, ve" : "ve";
        if (name.equals("beta")) {
            placement = "ve";
        }
        return "apiVersion: vzguard/v1\nkind: Policy\nmetadata: {name: " + name + "}\nspec:\n"
                + "  selector: {hosts: \"*\", ves: \"" + ves + "\"}\n"
                + "  sshGuard: {placement: [" + placement + "], hits: " + (2 + random.nextInt(6))
                + ", window: 60s, allow: [192.0.2.0/24]}\n"
                + "  rollout: {canary: " + random.nextInt(3) + ", waves: [" + (random.nextBoolean() ? "50%, " : "")
                + "100%], maxFailures: " + random.nextInt(4) + ", perWave: {maxUnreachable: "
                + (random.nextBoolean() ? "20%" : "0") + "}, brake: {wave: " + (random.nextBoolean() ? "5%" : "100%")
                + "}, soak: " + (random.nextBoolean() ? "0s" : "20s")
                + ", promote: " + (random.nextInt(5) == 0 ? "manual" : "auto")
                + ", restarts: {allow: " + (random.nextInt(6) > 0) + ", perHost: " + perHost + ", total: " + total
                + "}}\n  mode: " + (random.nextInt(4) == 0 ? "report" : "enforce") + "\n";
    }
}
