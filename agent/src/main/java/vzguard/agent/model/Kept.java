package vzguard.agent.model;

import java.util.List;
import vzguard.values.BanAddress;

/**
 * What the own file of one family keeps besides the rules.
 *
 * @param adopted copies of the published rules whose place the guard has taken, to be put back when it goes
 * @param bans what operators banned, sorted; each start puts them into the list again
 */
public record Kept(List<PublishedRule> adopted, List<BanAddress> bans) {
    public static final Kept NOTHING = new Kept(List.of(), List.of());

    public Kept {
        adopted = List.copyOf(adopted);
        bans = bans.stream().sorted().distinct().toList();
    }

    public Kept withAdopted(List<PublishedRule> other) {
        return new Kept(other, bans);
    }

    public Kept withBans(List<BanAddress> other) {
        return new Kept(adopted, other);
    }
}
