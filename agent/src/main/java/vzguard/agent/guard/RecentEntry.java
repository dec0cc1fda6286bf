package vzguard.agent.guard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.values.BanAddress;

/**
 * One line of a list of the match recent: {@code src=198.51.100.77 ttl: 64 last_seen: 4295 oldest_pkt: 3 4290, 4293, 4295}.
 *
 * @param stamps in kernel ticks, newest first
 */
public record RecentEntry(BanAddress address, List<Long> stamps) {
    private static final Pattern LINE = Pattern.compile(
            "src=(\\S+) ttl: \\d{1,3} last_seen: (\\d{1,19}) oldest_pkt: \\d{1,10}((?: \\d{1,19},?)*) *");

    public RecentEntry {
        stamps = List.copyOf(stamps);
    }

    /** Reads the lines that are of this form; a VE may put anything into its own lists. */
    public static List<RecentEntry> read(List<String> lines) {
        return lines.stream().map(RecentEntry::read).flatMap(Optional::stream).toList();
    }

    private static Optional<RecentEntry> read(String line) {
        Matcher matcher = LINE.matcher(line.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        List<Long> stamps = new ArrayList<>();
        for (String stamp : matcher.group(3).strip().split("[, ]+")) {
            if (!stamp.isEmpty()) {
                stamps.add(Long.parseLong(stamp));
            }
        }
        stamps.sort(Comparator.reverseOrder());
        try {
            return Optional.of(new RecentEntry(BanAddress.parse(matcher.group(1)), stamps));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
