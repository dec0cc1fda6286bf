package vzguard.agent.jobs;

import com.google.protobuf.Duration;
import java.util.List;
import vzguard.agent.apply.Bans;
import vzguard.agent.guard.GuardLists;
import vzguard.agent.model.Place;
import vzguard.agent.wire.FactsWire;
import vzguard.v1.Ban;
import vzguard.v1.BanAction;
import vzguard.v1.BanList;
import vzguard.v1.BanOrigin;
import vzguard.v1.BanState;
import vzguard.v1.BansJob;
import vzguard.v1.JobResult;
import vzguard.values.BanAddress;

/** The verb bans on the wire. What comes from the controller is judged again. Thread safe. */
final class BanJobs {
    private static final int MOST = 100;

    private final Bans bans;

    BanJobs(Bans bans) {
        this.bans = bans;
    }

    /** @throws IllegalArgumentException when the job is none that this agent can carry out */
    JobResult.Builder run(BansJob job) {
        Place place = JobWire.place(job.getCtid());
        Bans.Action action = action(job.getAction());
        List<BanAddress> addresses = job.getAddressesList().stream()
                .map(BanAddress::parse)
                .distinct()
                .toList();
        boolean listing = action == Bans.Action.LIST;
        if (listing != addresses.isEmpty() || addresses.size() > MOST) {
            throw new IllegalArgumentException(addresses.size() + " addresses (permitted: "
                    + (listing ? "none, to list bans)" : "1 to " + MOST + ")"));
        }
        Bans.Report report = bans.run(place, action, addresses);
        JobResult.Builder result = JobResult.newBuilder()
                .setOutcome(JobWire.outcome(report.outcome()))
                .setSummary(report.summary())
                .setBans(state(report));
        report.cause().map(FactsWire::cause).ifPresent(result::addCauses);
        return result;
    }

    private static Bans.Action action(BanAction action) {
        return switch (action) {
            case BAN_ACTION_LIST -> Bans.Action.LIST;
            case BAN_ACTION_ADD -> Bans.Action.ADD;
            case BAN_ACTION_REMOVE -> Bans.Action.REMOVE;
            case BAN_ACTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("an action that is unknown to this agent (list, add, remove)");
        };
    }

    private static BanState state(Bans.Report report) {
        BanState.Builder state = BanState.newBuilder();
        report.bans().forEach(ban -> state.addBans(ban(ban)));
        report.fillings()
                .forEach(filling -> state.addLists(BanList.newBuilder()
                        .setName(filling.list())
                        .setUsed(filling.used())
                        .setCapacity(filling.capacity())));
        return state.build();
    }

    private static Ban ban(GuardLists.Ban ban) {
        Ban.Builder wire = Ban.newBuilder()
                .setAddress(ban.address().toString())
                .setOrigin(ban.byOperator() ? BanOrigin.BAN_ORIGIN_OPERATOR : BanOrigin.BAN_ORIGIN_GUARD)
                .setList(ban.list());
        // Rounded up: what is nearly over is not over.
        ban.remaining()
                .ifPresent(left -> wire.setRemaining(
                        Duration.newBuilder().setSeconds(left.plusMillis(999).toSeconds())));
        return wire.build();
    }
}
