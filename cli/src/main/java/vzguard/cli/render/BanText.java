package vzguard.cli.render;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import vzguard.v1.Ban;
import vzguard.v1.BanList;
import vzguard.v1.BanOrigin;
import vzguard.v1.BanState;
import vzguard.v1.ChangeBanReply;
import vzguard.v1.Outcome;
import vzguard.values.Cidr;

/** What one guard blocks. */
public final class BanText {
    private static final Comparator<Ban> BY_ADDRESS =
            ((Comparator<Ban>) BanText::compare).thenComparing(Ban::getAddress).thenComparing(Ban::getList);

    private BanText() {}

    /** The same, with the bans in the order in which they are shown. */
    public static BanState sorted(BanState state) {
        List<Ban> bans = new ArrayList<>(state.getBansList());
        bans.sort(BY_ADDRESS);
        return state.toBuilder().clearBans().addAllBans(bans).build();
    }

    /**
     * The bans in the order that they have, then a line for each list.
     *
     * @param target as the person named it
     */
    public static String state(String target, BanState state, Screen screen) {
        StringBuilder text = new StringBuilder();
        if (state.getBansCount() == 0) {
            text.append(Text.line(target)).append(": no address is banned\n");
        } else {
            text.append(screen.render(table(state.getBansList())));
        }
        state.getListsList().forEach(list -> text.append(fill(list, screen)).append('\n'));
        return text.toString();
    }

    /** One sentence: what the agent says that it did. */
    public static String change(String target, ChangeBanReply reply) {
        String said = reply.getSummary();
        if (said.isBlank()) {
            said = reply.getOutcome() == Outcome.OUTCOME_NO_OP
                    ? "it was so already"
                    : Words.lower(reply.getOutcome(), "OUTCOME_");
        }
        return Text.line(target + ": " + said);
    }

    private static Table table(List<Ban> bans) {
        Table table = new Table("ADDRESS", "BY", "LIST", "LEFT");
        for (Ban ban : bans) {
            table.add(
                    ban.getAddress(),
                    Words.lower(ban.getOrigin(), "BAN_ORIGIN_"),
                    Text.orDash(ban.getList()),
                    left(ban));
        }
        return table;
    }

    private static String left(Ban ban) {
        if (ban.hasRemaining()) {
            return left(Duration.ofSeconds(ban.getRemaining().getSeconds()));
        }
        return ban.getOrigin() == BanOrigin.BAN_ORIGIN_OPERATOR ? "until removed" : "-";
    }

    /** In the two greatest units: {@code 5s}, {@code 12m 5s}, {@code 3h 0m}, {@code 6d 23h}. */
    static String left(Duration time) {
        Duration left = time.isNegative() ? Duration.ZERO : time;
        if (left.toDays() > 0) {
            return left.toDays() + "d " + left.toHoursPart() + "h";
        }
        if (left.toHours() > 0) {
            return left.toHours() + "h " + left.toMinutesPart() + "m";
        }
        return (left.toMinutes() > 0 ? left.toMinutes() + "m " : "") + left.toSecondsPart() + "s";
    }

    private static String fill(BanList list, Screen screen) {
        boolean known = list.getCapacity() > 0;
        String fill = Text.orDash(list.getName()) + " " + Integer.toUnsignedString(list.getUsed())
                + (known ? " of " + Integer.toUnsignedString(list.getCapacity()) : " (how many fit is not known)");
        return screen.paint(known && list.getUsed() >= list.getCapacity() ? Tone.WARN : Tone.PLAIN, fill);
    }

    /** IPv4 before IPv6, then as numbers; what is no address, which an agent should never say, last. */
    private static int compare(Ban left, Ban right) {
        Optional<Cidr> one = network(left.getAddress());
        Optional<Cidr> other = network(right.getAddress());
        return one.isPresent() && other.isPresent()
                ? one.get().compareTo(other.get())
                : Boolean.compare(one.isEmpty(), other.isEmpty());
    }

    private static Optional<Cidr> network(String address) {
        try {
            return Optional.of(Cidr.parse(address));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
