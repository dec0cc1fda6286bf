package vzguard.cli;

import com.google.protobuf.util.Durations;
import vzguard.v1.Ban;
import vzguard.v1.BanList;
import vzguard.v1.BanOrigin;
import vzguard.v1.BanState;

/** What a guard blocks, in no order, as an agent would tell of it. */
public final class Bans {
    private Bans() {}

    public static BanState state() {
        return BanState.newBuilder()
                .addBans(ban("2001:db8:10::/64", BanOrigin.BAN_ORIGIN_GUARD, "SSH6", 725))
                .addBans(ban("2001:db8:ffff:ffff::/64", BanOrigin.BAN_ORIGIN_OPERATOR, "SSH6-DENY", 0))
                .addBans(ban("2001:db8:9::/64", BanOrigin.BAN_ORIGIN_GUARD, "SSH6", 0))
                .addBans(ban("192.0.2.10", BanOrigin.BAN_ORIGIN_GUARD, "SSH", 9))
                .addBans(ban("192.0.2.9", BanOrigin.BAN_ORIGIN_OPERATOR, "SSH-DENY", 0))
                .addBans(ban("192.0.2.10", BanOrigin.BAN_ORIGIN_UNSPECIFIED, "A-LIST-OF-24-CHARACTERS-", 0))
                .addLists(list("SSH", 2, 100))
                .addLists(list("SSH-DENY", 100, 100))
                .addLists(list("SSH6", 1, 0))
                .build();
    }

    /** Nothing is banned. */
    public static BanState none() {
        return BanState.newBuilder().addLists(list("SSH-DENY", 0, 100)).build();
    }

    /** @param seconds until it ends by itself; 0: never, or not known */
    public static Ban ban(String address, BanOrigin origin, String list, long seconds) {
        Ban.Builder ban = Ban.newBuilder().setAddress(address).setOrigin(origin).setList(list);
        if (seconds > 0) {
            ban.setRemaining(Durations.fromSeconds(seconds));
        }
        return ban.build();
    }

    private static BanList list(String name, int used, int capacity) {
        return BanList.newBuilder()
                .setName(name)
                .setUsed(used)
                .setCapacity(capacity)
                .build();
    }
}
