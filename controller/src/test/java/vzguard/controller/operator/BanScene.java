package vzguard.controller.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import vzguard.controller.store.Database;
import vzguard.controller.testing.MovableClock;
import vzguard.controller.testing.Operations;
import vzguard.controller.testing.RunningController;
import vzguard.controller.testing.ScriptedAgent;
import vzguard.v1.BanAction;
import vzguard.v1.ChangeBanReply;
import vzguard.v1.ChangeBanRequest;
import vzguard.v1.ListBansReply;
import vzguard.v1.ListBansRequest;

/** A controller with one host of two VEs, and what an operator does there about bans. */
final class BanScene implements AutoCloseable {
    private final MovableClock clock = new MovableClock();
    private final Path state;
    private final RunningController controller;
    private final ScriptedAgent hn1;

    BanScene(Path state) {
        this.state = state;
        controller = RunningController.start(state, clock);
        hn1 = controller.agent("hn1", "101", "102").connect();
        new Operations(controller).awaitVes(2);
    }

    MovableClock clock() {
        return clock;
    }

    RunningController controller() {
        return controller;
    }

    ScriptedAgent agent() {
        return hn1;
    }

    @Override
    public void close() {
        controller.close();
    }

    void nothingWasAskedNorWritten() {
        assertThat(hn1.host().bans().jobs()).isEmpty();
        assertThat(audit()).isEmpty();
    }

    /** Entries about bans, oldest first. */
    List<String> audit() {
        try (Database database = Database.attach(state.resolve("controller.db"))) {
            return database.handle()
                    .createQuery("select actor || ' ' || action || ' ' || detail from audit"
                            + " where action like '%Ban%' order by entry")
                    .mapTo(String.class)
                    .list();
        }
    }

    ListBansReply list(String ctid) {
        return controller
                .operator()
                .listBans(ListBansRequest.newBuilder()
                        .setHost("hn1")
                        .setCtid(ctid)
                        .build());
    }

    ChangeBanReply change(String ctid, BanAction action, String... addresses) {
        return controller.operator().changeBan(request("hn1", ctid, action, addresses));
    }

    void call(BanAction action, String host, String ctid) {
        if (action == BanAction.BAN_ACTION_LIST) {
            controller
                    .operator()
                    .listBans(ListBansRequest.newBuilder()
                            .setHost(host)
                            .setCtid(ctid)
                            .build());
        } else {
            controller.operator().changeBan(request(host, ctid, action, "192.0.2.7"));
        }
    }

    static ChangeBanRequest request(String host, String ctid, BanAction action, String... addresses) {
        return ChangeBanRequest.newBuilder()
                .setHost(host)
                .setCtid(ctid)
                .setAction(action)
                .addAllAddresses(Arrays.asList(addresses))
                .build();
    }
}
