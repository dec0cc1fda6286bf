package vzguard.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import vzguard.policy.RolloutSettings.Restarts;
import vzguard.policy.RolloutSettings.Wave;
import vzguard.policy.SshGuard.Placement;
import vzguard.values.Cidr;
import vzguard.values.CtidRanges;

/** Valid policies of every shape that this version supports, the same one for the same seed. */
final class RandomPolicy {
    private final Random random;

    private RandomPolicy(long seed) {
        this.random = new Random(seed);
    }

    static Policy of(long seed) {
        return new RandomPolicy(seed).policy();
    }

    private Policy policy() {
        return new Policy(
                // Names that YAML takes for something else are names all the same.
                chance(20) ? pick("null", "true", "no", "e1") : text("abcxyz", 1, "abcxyz019-", 62),
                new Selector(hosts(), ves()),
                chance(20) ? Modules.DEFAULT : modules(),
                chance(20) ? SshGuard.NONE : sshGuard(),
                chance(20) ? RolloutSettings.DEFAULT : rollout(),
                pick(Policy.Mode.values()),
                chance(50) ? 0 : random.nextInt(1_001));
    }

    private HostTerms hosts() {
        return HostTerms.parse(String.join(
                ",",
                some(4, () -> text("abz", 1, "abz09_.-", 62) + pick("", "=v", "!=Tokyo-1", "=0x1f", "=1:2", "=true"))));
    }

    private CtidRanges ves() {
        return CtidRanges.parse(String.join(
                ",",
                some(
                        chance(1) ? 300 : 4,
                        () -> chance(30)
                                ? new UUID(random.nextLong(), random.nextLong()).toString()
                                : range(1 + random.nextInt(1_000_000)))));
    }

    private String range(int first) {
        return chance(50) ? Integer.toString(first) : first + "-" + (first + random.nextInt(1000));
    }

    private Modules modules() {
        List<String> names = new ArrayList<>(Limits.MODULES);
        Collections.shuffle(names, random);
        return new Modules(
                names.subList(0, random.nextInt(names.size() + 1)), pick(Modules.Share.values()), random.nextBoolean());
    }

    private SshGuard sshGuard() {
        Set<Placement> placement =
                pick(EnumSet.of(Placement.HOST), EnumSet.of(Placement.VE), EnumSet.of(Placement.HOST, Placement.VE));
        Set<Integer> ports = new TreeSet<>(some(14, () -> 1 + random.nextInt(65_535)));
        ports.add(22);
        Set<Cidr> allow = new TreeSet<>(some(chance(1) ? 256 : 5, this::block));
        SshGuard.Rule rule = pick(SshGuard.Rule.values());
        int window = 1 + random.nextInt(86_400);
        Duration ban = rule == SshGuard.Rule.FIXED_BAN
                ? Duration.ofSeconds(window + random.nextInt(Limits.BAN.most() - window))
                : Duration.ZERO;
        return new SshGuard(
                placement,
                rule,
                List.copyOf(ports),
                Duration.ofSeconds(window),
                2 + random.nextInt(19),
                chance(30) ? pick("null", "TRUE", "0x1F", "1e3", "007", "_", "12", "y", "Null") : list(),
                pick(SshGuard.Action.values()),
                allow.stream().map(Cidr::toString).toList(),
                random.nextBoolean(),
                ban,
                rule == SshGuard.Rule.FIXED_BAN ? escalation(ban) : Optional.empty());
    }

    /** None where no escalation of that ban would fit the limits. */
    private Optional<SshGuard.Escalation> escalation(Duration ban) {
        int after = 2 + random.nextInt(19);
        long within = ban.toSeconds() * (after - 1) + 1 + random.nextInt(1_000);
        long longer = ban.toSeconds() + 1 + random.nextInt(1_000);
        return within > Limits.BAN.most() || longer > Limits.BAN.most()
                ? Optional.empty()
                : Optional.of(new SshGuard.Escalation(after, Duration.ofSeconds(within), Duration.ofSeconds(longer)));
    }

    private String list() {
        String name = text("AZaz09_", 1, "AZaz09_-", 23);
        return name.equals("DEFAULT") ? "SSH" : name;
    }

    private Cidr block() {
        byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
        random.nextBytes(bytes);
        int prefix = 1 + random.nextInt(bytes.length * 8);
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        List<String> groups = new ArrayList<>();
        for (int index = 0; index < bytes.length; index += bytes.length == 4 ? 1 : 2) {
            groups.add(
                    bytes.length == 4
                            ? Integer.toString(bytes[index] & 0xff)
                            : String.format("%02x%02x", bytes[index], bytes[index + 1]));
        }
        return Cidr.parse(String.join(bytes.length == 4 ? "." : ":", groups) + "/" + prefix);
    }

    private RolloutSettings rollout() {
        boolean percent = random.nextBoolean();
        Set<Integer> bounds = new TreeSet<>(some(10, () -> 1 + random.nextInt(percent ? 99 : 1_000_000)));
        List<Wave> waves = new ArrayList<>();
        bounds.forEach(bound -> waves.add(new Wave(bound, percent)));
        waves.add(new Wave(100, true));
        return new RolloutSettings(
                random.nextInt(1_001),
                waves,
                chance(30) ? Thresholds.failures(threshold()) : new Thresholds(counts(), counts()),
                Duration.ofSeconds(random.nextInt(86_401)),
                pick(RolloutSettings.Promotion.values()),
                chance(30) ? RolloutSettings.DEFAULT_EXPIRES : Duration.ofSeconds(3_600 + random.nextInt(7_772_401)),
                chance(30)
                        ? RolloutSettings.Brake.DEFAULT
                        : new RolloutSettings.Brake(1 + random.nextInt(100), label(), 1 + random.nextInt(100)),
                restarts());
    }

    private Thresholds.Counts counts() {
        return new Thresholds.Counts(threshold(), threshold(), threshold(), threshold());
    }

    private Threshold threshold() {
        return random.nextBoolean()
                ? new Threshold(1 + random.nextInt(100), true)
                : Threshold.of(random.nextInt(100_001));
    }

    private String label() {
        return chance(20) ? pick("null", "true", "e1") : text("abcxyz", 1, "abcxyz019_.-", 62);
    }

    private Restarts restarts() {
        String window = pick("", "02:00-05:00 Asia/Tokyo", "22:30-04:00 UTC");
        return new Restarts(
                random.nextBoolean(),
                1 + random.nextInt(50),
                1 + random.nextInt(10_000),
                chance(50)
                        ? Optional.empty()
                        : Optional.of(new RolloutSettings.PerGroup(label(), 1 + random.nextInt(10_000))),
                window,
                Duration.ofSeconds(random.nextInt(window.isEmpty() ? 86_401 : 10_800)),
                List.copyOf(new LinkedHashSet<>(some(3, this::freeze))));
    }

    private Freeze freeze() {
        int year = 2026 + random.nextInt(10);
        return Freeze.parse(
                random.nextBoolean()
                        ? year + "-12-24/" + (year + 1) + "-01-0" + (1 + random.nextInt(9)) + " Asia/Tokyo"
                        : year + "-03-29T00:30/" + year + "-03-29T0" + (3 + random.nextInt(7)) + ":15 Europe/Berlin");
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    @SafeVarargs
    private <T> T pick(T... from) {
        return from[random.nextInt(from.length)];
    }

    private <T> List<T> some(int most, Supplier<T> one) {
        List<T> all = new ArrayList<>();
        for (int left = random.nextInt(most + 1); left > 0; left--) {
            all.add(one.get());
        }
        return all;
    }

    private String text(String first, int least, String rest, int most) {
        StringBuilder text = new StringBuilder();
        while (text.length() < least) {
            text.append(first.charAt(random.nextInt(first.length())));
        }
        for (int left = random.nextInt(chance(10) ? most + 1 : 8); left > 0; left--) {
            text.append(rest.charAt(random.nextInt(rest.length())));
        }
        return text.toString();
    }
}
