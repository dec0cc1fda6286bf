package vzguard.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.cli.Call;
import vzguard.cli.Fixtures;
import vzguard.cli.ScriptedController;
import vzguard.v1.ForgetHostReply;
import vzguard.v1.ForgetHostRequest;
import vzguard.v1.GetHostRequest;
import vzguard.v1.GetVeRequest;
import vzguard.v1.LabelHostRequest;
import vzguard.v1.ListHostsReply;
import vzguard.v1.ListHostsRequest;
import vzguard.v1.ListVesReply;
import vzguard.v1.ListVesRequest;

class InventoryCommandsTest {
    @TempDir
    Path config = Path.of("");

    private final ScriptedController controller = new ScriptedController();

    @Test
    void statusShowsTheFleet() {
        controller.answers("GetStatus", Fixtures.status());
        Call.Result result = run("status");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("hosts         3, 2 connected").contains("hn10 was last heard of");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void hostsAloneIsTheList() {
        ListHostsReply reply =
                ListHostsReply.newBuilder().addAllHosts(Fixtures.hosts()).build();
        controller.answers("ListHosts", reply);
        assertThat(run("hosts").out()).isEqualTo(run("hosts", "list").out()).contains("hn1 ");
    }

    @Test
    void allPagesAreOneList() {
        controller
                .answers(
                        "ListVes",
                        ListVesReply.newBuilder()
                                .addVes(Fixtures.guardedVe("hn2", "101"))
                                .setNextPageToken("more")
                                .build())
                .answers(
                        "ListVes",
                        ListVesReply.newBuilder()
                                .addVes(Fixtures.guardedVe("hn1", "101"))
                                .build());
        Call.Result result = run("ves");
        assertThat(result.out().lines().map(line -> line.split(" ")[0])).containsExactly("HOST", "hn1", "hn2");
        assertThat(((ListVesRequest) controller.requests().get(1)).getPageToken())
                .isEqualTo("more");
    }

    @Test
    void selectionsAreSentInTheirCanonicalForm() {
        controller.answers("ListVes", ListVesReply.getDefaultInstance());
        run("ves", "--select", "dc=tokyo/120,101-103");
        ListVesRequest request = (ListVesRequest) controller.request();
        assertThat(request.getSelector().getHosts()).isEqualTo("dc=tokyo");
        assertThat(request.getSelector().getVes()).isEqualTo("120,101-103");
    }

    @Test
    void aSelectionOfVesIsNoneOfHosts() {
        Call.Result result = run("hosts", "--select", "101-120");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("names VEs");
        assertThat(controller.requests()).isEmpty();
    }

    @Test
    void jsonAndYamlHaveTheListUnderItsName() {
        controller.answers(
                "ListHosts",
                ListHostsReply.newBuilder().addAllHosts(Fixtures.hosts()).build());
        assertThat(run("hosts", "-o", "json").out()).startsWith("{\n  \"hosts\": [");
        assertThat(run("hosts", "-o", "yaml").out()).startsWith("hosts:\n- hostId:");
        assertThat(((ListHostsRequest) controller.requests().get(0)).getSelector())
                .isEmpty();
    }

    @Test
    void showAsksForOne() {
        controller.answers("GetHost", Fixtures.troubledHost("hn1")).answers("GetVe", Fixtures.guardedVe("hn1", "101"));
        assertThat(run("hosts", "show", "hn1").out()).contains("ipt_recent: not loaded");
        assertThat(run("ves", "show", "hn1/101").out()).contains("recent: permitted");
        assertThat(controller.requests())
                .containsExactly(
                        GetHostRequest.newBuilder().setHost("hn1").build(),
                        GetVeRequest.newBuilder().setHost("hn1").setCtid("101").build());
    }

    @Test
    void labelSendsAllLabels() {
        controller.answers("LabelHost", Fixtures.troubledHost("hn1"));
        assertThat(run("hosts", "label", "hn1", "dc=tokyo", "rack=").exitCode()).isZero();
        assertThat(((LabelHostRequest) controller.request()).getLabelsMap())
                .containsEntry("dc", "tokyo")
                .containsEntry("rack", "")
                .hasSize(2);
    }

    @Test
    void forgetSaysSoAndARefusalExitsWithFour() {
        controller
                .answers("ForgetHost", ForgetHostReply.getDefaultInstance())
                .refuses("ForgetHost", Status.FAILED_PRECONDITION.withDescription("hn1 is connected"));
        assertThat(run("hosts", "forget", "hn1").err()).contains("hn1 is forgotten");
        Call.Result refused = run("hosts", "forget", "hn1");
        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.err()).isEqualTo("vzguard: refused: hn1 is connected\n");
        assertThat(controller.requests().get(0))
                .isEqualTo(ForgetHostRequest.newBuilder().setHost("hn1").build());
    }

    @Test
    void coloursComeOnATerminalOnlyAndNotWithNoColor() {
        controller.answers(
                "ListVes", ListVesReply.newBuilder().addAllVes(Fixtures.ves()).build());
        assertThat(run("ves").out()).doesNotContain("\u001b");
        assertThat(Call.to(config, controller).onTerminal().run("ves").out()).contains("\u001b[32m");
        assertThat(Call.to(config, controller)
                        .onTerminal()
                        .environment("NO_COLOR", "1")
                        .run("ves")
                        .out())
                .doesNotContain("\u001b");
    }

    @Test
    void aHostOfAVeMustBeNamedAndItsCtidMustBeOne() {
        for (String bad : new String[] {"hn1", "hn1/", "hn1/0", "/101", "hn1/1x"}) {
            assertThat(run("ves", "show", bad).exitCode()).as(bad).isEqualTo(2);
        }
        assertThat(controller.requests()).isEmpty();
    }

    private Call.Result run(String... arguments) {
        return Call.to(config, controller).run(arguments);
    }
}
