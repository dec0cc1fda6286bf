package vzguard.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import vzguard.agent.model.Family;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.policy.SshGuard;
import vzguard.values.Ctid;

/** The second count: what it says, and that it never bans whom the policy would let in. */
class HashlimitRuleTest {
    private static final Pattern RULE = Pattern.compile(
            "-m limit --limit (\\d+)/sec --limit-burst \\1 -m hashlimit --hashlimit-above (\\d+)/(sec|min|hour|day)"
                    + " --hashlimit-burst (\\d+) --hashlimit-htable-expire (\\d+) --hashlimit-htable-max (\\d+)"
                    + " --hashlimit-htable-size \\d+ --hashlimit-mode srcip --hashlimit-name (vzg[0-9a-f]{10})"
                    + "( --hashlimit-srcmask 64)? -j VZG-BAN");
    private static final Map<String, Integer> SECONDS = Map.of("sec", 1, "min", 60, "hour", 3600, "day", 86_400);

    private static SshGuard settings(int hits, Duration window) {
        return new SshGuard(
                Set.of(SshGuard.Placement.HOST),
                SshGuard.Rule.FIXED_BAN,
                List.of(22),
                window,
                hits,
                "SSH",
                SshGuard.Action.DROP,
                List.of(),
                true,
                Duration.ofDays(1),
                Optional.empty());
    }

    private static Matcher rule(SshGuard settings) {
        Matcher rule =
                RULE.matcher(HashlimitRule.of(settings, Family.V4, Chains.INPUT).orElseThrow());
        assertThat(rule.matches()).isTrue();
        return rule;
    }

    private static long unit(Matcher rule) {
        return SECONDS.getOrDefault(rule.group(3), 0);
    }

    @Test
    void isAskedAfterTheBansAndBeforeTheListThatCounts() {
        List<String> chain = GuardRules.wanted(settings(3, Duration.ofMinutes(1)), Family.V6, List.of(), true)
                .chain();
        int at = chain.size() - 3;
        assertThat(chain.get(at - 1)).contains("--rcheck --seconds 86400 --name SSH6-BAN");
        assertThat(chain.get(at))
                .startsWith("-m limit --limit 250/sec --limit-burst 250 -m hashlimit --hashlimit-above 2/min"
                        + " --hashlimit-burst 2 --hashlimit-htable-expire 60001 --hashlimit-htable-max 32768")
                .endsWith(" --hashlimit-srcmask 64 -j VZG-BAN");
        assertThat(chain.get(at + 1)).contains("--set --name SSH6 ");
    }

    /** As iptables 1.8.9 prints it, legacy and nft (seen). */
    @Test
    void isReadAsWhatWasWritten() {
        String wanted = HashlimitRule.of(settings(3, Duration.ofMinutes(1)), Family.V6, Chains.INPUT)
                .orElseThrow();
        Matcher name = Pattern.compile("vzg[0-9a-f]{10}").matcher(wanted);
        assertThat(name.find()).isTrue();
        assertThat(RuleText.canonical("-m limit --limit 250/sec --limit-burst 250 -m hashlimit --hashlimit-above 2/min"
                        + " --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-name " + name.group()
                        + " --hashlimit-htable-size 8192 --hashlimit-htable-max 32768 --hashlimit-htable-expire 60001"
                        + " --hashlimit-srcmask 64 -j VZG-BAN"))
                .isEqualTo(wanted);
        assertThat(RuleText.canonical(wanted)).isEqualTo(wanted);
    }

    @Test
    void aGuardWithoutItIsTheSameGuardOtherwise() {
        SshGuard settings = settings(3, Duration.ofMinutes(1));
        OwnRules with = GuardRules.wanted(settings, Family.V4, List.of("192.0.2.1"), true);
        OwnRules without = GuardRules.wanted(settings, Family.V4, List.of("192.0.2.1"));
        assertThat(HashlimitRule.isIn(with)).isTrue();
        assertThat(HashlimitRule.isIn(without)).isFalse();
        assertThat(HashlimitRule.without(with)).isEqualTo(without);
        assertThat(GuardLists.of(with)).isEqualTo(GuardLists.of(without));
    }

    @Test
    void otherSettingsAndOtherVesHaveOtherTables() {
        Set<String> names = new HashSet<>();
        names.add(rule(settings(3, Duration.ofMinutes(1))).group(7));
        names.add(rule(settings(4, Duration.ofMinutes(1))).group(7));
        names.add(rule(settings(3, Duration.ofMinutes(2))).group(7));
        names.add(edgeName("101"));
        names.add(edgeName("102"));
        assertThat(names).hasSize(5).allMatch(name -> name.length() < 16);
    }

    private static String edgeName(String ctid) {
        Matcher name = Pattern.compile("vzg[0-9a-f]{10}")
                .matcher(HashlimitRule.of(
                                settings(3, Duration.ofMinutes(1)), Family.V4, Chains.of(Place.edge(new Ctid(ctid))))
                        .orElseThrow());
        assertThat(name.find()).isTrue();
        return name.group();
    }

    @Test
    void isLeftOutWhereItWouldSeeNextToNothing() {
        assertThat(HashlimitRule.helps(settings(3, Duration.ofMinutes(25)))).isTrue();
        assertThat(HashlimitRule.helps(settings(3, Duration.ofHours(1)))).isFalse();
    }

    /** All that it is shown in the time for which an entry lives fits into its table: nobody is ever dropped for want of room. */
    @Test
    void itsTableIsNeverFull() {
        for (int window = 1; HashlimitRule.helps(settings(2, Duration.ofSeconds(window))); window++) {
            Matcher rule = rule(settings(2, Duration.ofSeconds(window)));
            long lives = Long.parseLong(rule.group(5)) / 1000 + 3;
            assertThat(Long.parseLong(rule.group(1)) * (lives + 1)).isLessThan(Long.parseLong(rule.group(6)));
        }
    }

    /** In the kernel's own arithmetic, of all its revisions and clocks. */
    @Test
    void bansNobodyWhomTheWindowWouldLetIn() {
        Random random = new Random(7);
        for (int world = 0; world < 3_000; world++) {
            int hits = 2 + random.nextInt(19);
            int window = 1 + random.nextInt(random.nextBoolean() ? 120 : 1_600);
            Matcher rule = rule(settings(hits, Duration.ofSeconds(window)));
            int hz = List.of(100, 250, 1000).get(random.nextInt(3));
            long scale = random.nextBoolean() ? 10_000 : 1_000_000;
            long period = scale * unit(rule) / Long.parseLong(rule.group(2));
            long burst = Long.parseLong(rule.group(4));
            Bucket bucket = new Bucket(period * hz, burst);
            Deque<Long> stamps = new ArrayDeque<>();
            // Near to what is just permitted: there a rate that is a little too strict would show.
            long step = Math.max(1, (long) window * hz / Math.max(1, hits - 1));
            List<Long> gaps = new ArrayList<>(List.of(0L, 1L, step - 1, step, step + 1, (long) window * hz + 1));
            long now = 0;
            for (int packet = 0; packet < 200; packet++) {
                now += random.nextInt(4) == 0 ? (long) random.nextInt((int) step + 1) : gaps.get(random.nextInt(6));
                long since = now - (long) window * hz;
                stamps.removeIf(stamp -> stamp < since);
                stamps.add(now);
                boolean above = bucket.isAbove(now, scale);
                if (stamps.size() >= hits) {
                    // Banned by the policy: it may or may not be above.
                    now += (long) window * hz + 1;
                    stamps.clear();
                } else {
                    assertThat(above)
                            .as("hits %d, window %d s, %s, HZ %d, scale %d", hits, window, rule.group(), hz, scale)
                            .isFalse();
                }
            }
        }
    }

    /** And of those who come steadily a little faster than is permitted, it catches all. */
    @Test
    void bansWhoKeepsComingFasterThanTheWindowAllows() {
        for (int hits = 2; hits <= 20; hits++) {
            for (int window : List.of(10, 60, 90, 300, 600, 1500)) {
                Matcher rule = rule(settings(hits, Duration.ofSeconds(window)));
                Bucket bucket = new Bucket(
                        10_000L * unit(rule) / Long.parseLong(rule.group(2)) * 250, Long.parseLong(rule.group(4)));
                long gap = Math.max(1, window * 250L / hits / 2);
                boolean above = false;
                for (int packet = 0; packet < 100 && !above; packet++) {
                    above = bucket.isAbove(packet * gap, 10_000);
                }
                assertThat(above)
                        .as("hits %d, window %d s: %s", hits, window, rule.group())
                        .isTrue();
            }
        }
    }

    /** rateinfo_init and rateinfo_recalc of xt_hashlimit.c, in parts of a second times jiffies. */
    private static final class Bucket {
        private final long cost;
        private final long full;
        private long credit;
        private long seen;

        Bucket(long cost, long burst) {
            this.cost = cost;
            this.full = cost * burst;
            this.credit = full;
        }

        boolean isAbove(long now, long scale) {
            credit = Math.min(full, credit + (now - seen) * scale);
            seen = now;
            if (credit < cost) {
                return true;
            }
            credit -= cost;
            return false;
        }
    }
}
