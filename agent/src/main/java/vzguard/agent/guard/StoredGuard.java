package vzguard.agent.guard;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import vzguard.agent.boot.BootSeen;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.Kept;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.agent.model.PublishedRule;
import vzguard.values.BanAddress;

/** Own files, from which the guard comes back when a VE or a host starts, by what {@link BootLayout} hooks into its boot. */
public final class StoredGuard {
    /** Begins a line of the own file that says which published rule, and where in INPUT, the guard took the place of. */
    static final String ADOPTED = "#adopted ";

    /** Begins a line with a list and an address that an operator banned. */
    static final String BAN = "#ban ";

    /** Begins a line with another wording of the rule before it. */
    static final String ALSO = "#also ";

    private static final Pattern ADOPTED_RULE = Pattern.compile(ADOPTED + "(\\d{1,6}) (\\S.*)");

    private StoredGuard() {}

    /**
     * What a start would bring to a place.
     *
     * @param rules content of the own file; empty: there is none
     * @param boot what would load it
     */
    public static GuardSeen.Stored read(Place place, Optional<String> rules, BootSeen boot) {
        Optional<OwnRules> stored =
                boot.loads() ? rules.map(text -> SavedFilter.parse(text).own(Chains.of(place))) : Optional.empty();
        List<PublishedRule> adopted = rules.stream()
                .flatMap(String::lines)
                .map(ADOPTED_RULE::matcher)
                .filter(line -> line.matches() && PublishedRules.isOne(line.group(2)))
                .map(line -> new PublishedRule(Integer.parseInt(line.group(1)), line.group(2)))
                .toList();
        List<BanAddress> bans = rules.stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(BAN))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .flatMap(StoredGuard::ban)
                .toList();
        Kept kept = new Kept(adopted, bans);
        return new GuardSeen.Stored(stored, rules.isPresent(), boot, kept);
    }

    private static Stream<BanAddress> ban(String address) {
        try {
            return Stream.of(BanAddress.parse(address));
        } catch (IllegalArgumentException e) {
            // In a VE the file is its owner's.
            return Stream.empty();
        }
    }
}
