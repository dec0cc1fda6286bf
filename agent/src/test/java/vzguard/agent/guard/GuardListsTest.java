package vzguard.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import vzguard.agent.model.Family;
import vzguard.agent.model.OwnRules;
import vzguard.policy.SshGuard;
import vzguard.values.BanAddress;

/** What stands in a guard's lists, and who is blocked by it. */
class GuardListsTest {
    private static final KernelTicks NOW = new KernelTicks(4_304_148_987L, 250);

    private static SshGuard guard(SshGuard.Rule rule, int hits) {
        boolean bans = rule == SshGuard.Rule.FIXED_BAN;
        return new SshGuard(
                Set.of(SshGuard.Placement.VE),
                rule,
                List.of(22),
                Duration.ofSeconds(60),
                hits,
                "SSH",
                SshGuard.Action.REJECT,
                List.of("192.0.2.0/24"),
                true,
                bans ? Duration.ofMinutes(10) : Duration.ZERO,
                bans
                        ? Optional.of(new SshGuard.Escalation(3, Duration.ofHours(2), Duration.ofHours(24)))
                        : Optional.empty());
    }

    private static GuardLists lists(SshGuard guard, Family family) {
        return GuardLists.of(GuardRules.wanted(guard, family, List.of("203.0.113.7")))
                .orElseThrow();
    }

    private static RecentEntry entry(String address, long... secondsAgo) {
        StringBuilder stamps = new StringBuilder();
        for (long ago : secondsAgo) {
            stamps.append(stamps.isEmpty() ? " " : ", ").append(NOW.now() - ago * NOW.perSecond());
        }
        return RecentEntry.read(
                        List.of("src=" + address + " ttl: 64 last_seen: " + NOW.now() + " oldest_pkt: 3" + stamps))
                .get(0);
    }

    @Test
    void theRateIsThatAtWhichJiffiesAndUptimeAgree() {
        assertThat(KernelTicks.of("now at 1 nsecs\njiffies: 4304148987\n", "37027.08 26937.51\n"))
                .contains(new KernelTicks(4_304_148_987L, 250));
        // A 32-bit kernel of HZ 1000, ten minutes up.
        assertThat(KernelTicks.of("jiffies: 300000\n", "600.00 1.00\n")).contains(new KernelTicks(300_000, 1000));
        // Slept for an hour, or makes things up.
        assertThat(KernelTicks.of("jiffies: 4304148987\n", "40627.08 1.0\n")).isEmpty();
        assertThat(KernelTicks.of("jiffies: x\n", "40627.08 1.0\n")).isEmpty();
        assertThat(KernelTicks.of("jiffies: 4304148987\n", "soon")).isEmpty();
    }

    @Test
    void linesOfAListAreReadAndOthersPassedOver() {
        assertThat(RecentEntry.read(List.of(
                        "src=198.51.100.77 ttl: 64 last_seen: 4304148987 oldest_pkt: 2 4304148000, 4304148987",
                        "src=2001:0db8:0000:0001:0000:0000:0000:0000 ttl: 0 last_seen: 4304148987 oldest_pkt: 1 4304148987",
                        "src=; rm -rf / ttl: 1 last_seen: 1 oldest_pkt: 1 1",
                        "src=224.0.0.1 ttl: 1 last_seen: 1 oldest_pkt: 1 1",
                        "")))
                .containsExactly(
                        new RecentEntry(BanAddress.parse("198.51.100.77"), List.of(4_304_148_987L, 4_304_148_000L)),
                        new RecentEntry(BanAddress.parse("2001:db8:0:1::/64"), List.of(4_304_148_987L)));
    }

    @Test
    void theListsOfAGuardAreThoseThatItsRulesName() {
        GuardLists fixed = lists(guard(SshGuard.Rule.FIXED_BAN, 3), Family.V6);
        assertThat(fixed.names()).containsExactly("SSH6-DENY", "SSH6-LONG", "SSH6-BAN", "SSH6");
        assertThat(fixed.timed())
                .isEqualTo(Map.of("SSH6-LONG", Duration.ofHours(24), "SSH6-BAN", Duration.ofMinutes(10)));
        assertThat(lists(guard(SshGuard.Rule.FIELD_REPORT, 3), Family.V4)).satisfies(lists -> {
            assertThat(lists.measure()).isEqualTo(new GuardLists.Measure(Duration.ofSeconds(60), 3));
            assertThat(lists.published()).isTrue();
        });
        assertThat(GuardLists.of(OwnRules.NONE)).isEmpty();
    }

    @Test
    void whoIsExemptIsNamedWithTheBlockThatExempts() {
        GuardLists lists = lists(guard(SshGuard.Rule.FIXED_BAN, 3), Family.V4);
        assertThat(lists.exempting(BanAddress.parse("192.0.2.9"))).hasToString("Optional[192.0.2.0/24]");
        assertThat(lists.exempting(BanAddress.parse("203.0.113.7"))).isPresent();
        assertThat(lists.exempting(BanAddress.parse("203.0.113.8"))).isEmpty();
    }

    @Test
    void aBanIsToldWithWhatIsLeftOfItAndOnceByTheListThatBlocksLongest() {
        GuardLists lists = lists(guard(SshGuard.Rule.FIXED_BAN, 3), Family.V4);
        Map<String, List<RecentEntry>> entries = Map.of(
                "SSH-DENY", List.of(entry("203.0.113.1", 5)),
                "SSH-BAN", List.of(entry("203.0.113.2", 100), entry("203.0.113.3", 601), entry("203.0.113.4", 10)),
                "SSH-LONG", List.of(entry("203.0.113.4", 3600)),
                "SSH", List.of(entry("203.0.113.5", 1, 2, 3)));
        assertThat(lists.bans(entries, Optional.of(NOW)))
                .containsExactly(
                        new GuardLists.Ban(BanAddress.parse("203.0.113.1"), true, "SSH-DENY", Optional.empty()),
                        new GuardLists.Ban(
                                BanAddress.parse("203.0.113.2"),
                                false,
                                "SSH-BAN",
                                Optional.of(Duration.ofSeconds(500))),
                        new GuardLists.Ban(
                                BanAddress.parse("203.0.113.4"), false, "SSH-LONG", Optional.of(Duration.ofHours(23))));
        assertThat(lists.bans(entries, Optional.empty()))
                .hasSize(4)
                .allMatch(ban -> ban.remaining().isEmpty());
    }

    /** The published rule, played by hand: who is told as blocked is dropped next time, and let in once the time is up. */
    @Test
    void thePublishedRuleBlocksWhomTheKernelWouldDrop() {
        for (int seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            int hits = 2 + random.nextInt(5);
            GuardLists lists = lists(guard(SshGuard.Rule.FIELD_REPORT, hits), Family.V4);
            List<Long> stamps = new ArrayList<>();
            long at = 0;
            boolean dropped = false;
            for (int attempt = 0; attempt < 1 + random.nextInt(12); attempt++) {
                at += random.nextInt(40);
                stamps.add(at);
                dropped = within(stamps, at) >= hits;
                if (dropped) {
                    stamps.add(at);
                }
            }
            long now = at + random.nextInt(70);
            long[] ago = stamps.stream().mapToLong(stamp -> now - stamp).toArray();
            List<GuardLists.Ban> bans = lists.bans(Map.of("SSH", List.of(entry("203.0.113.9", ago))), Optional.of(NOW));
            boolean next = within(stamps, now) + 1 >= hits;
            if (!bans.isEmpty()) {
                long left = bans.get(0).remaining().orElseThrow().toSeconds();
                assertThat(next).as("seed " + seed).isTrue();
                assertThat(within(stamps, now + left + 1) + 1 < hits)
                        .as("seed " + seed)
                        .isTrue();
                assertThat(left == 0 || within(stamps, now + left - 1) + 1 >= hits)
                        .as("seed " + seed)
                        .isTrue();
            } else {
                assertThat(!next || within(stamps, now) < hits)
                        .as("seed " + seed)
                        .isTrue();
            }
        }
    }

    private static long within(List<Long> stamps, long now) {
        return stamps.stream().filter(stamp -> now - stamp <= 60).count();
    }
}
