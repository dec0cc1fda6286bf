package vzguard.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import vzguard.cli.Bans;
import vzguard.cli.Fixtures;
import vzguard.cli.Golden;
import vzguard.cli.Rollouts;
import vzguard.v1.ListBansReply;
import vzguard.v1.VeView;

class DocumentsTest {
    static Stream<Message> messages() {
        return Stream.of(
                Fixtures.status(),
                Fixtures.troubledHost("hn1"),
                Fixtures.hosts().get(0),
                Fixtures.guardedVe("hn1", "101"),
                Fixtures.policy("ssh-guard", 2),
                Fixtures.diagnosis(),
                Fixtures.plans().get(1),
                Rollouts.last(),
                Bans.state());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void protobufsOwnParserReadsItBack(Message message) throws Exception {
        Message.Builder back = message.newBuilderForType();
        JsonFormat.parser().merge(Documents.of(message).toString(), back);
        assertThat(back.build()).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyKeyIsThere(Message message) {
        JsonObject document = Documents.of(message);
        assertThat(document.keySet())
                .containsExactlyInAnyOrderElementsOf(message.getDescriptorForType().getFields().stream()
                        .map(FieldDescriptor::getJsonName)
                        .filter(name -> !name.equals("nextPageToken"))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void yamlSaysTheSame(Message message) {
        JsonObject document = Documents.of(message);
        Object fromYaml =
                new Load(LoadSettings.builder().build()).loadFromString(Documents.render(document, Format.YAML));
        Object fromJson =
                new Load(LoadSettings.builder().build()).loadFromString(Documents.render(document, Format.JSON));
        assertThat(fromYaml).isEqualTo(fromJson);
    }

    @Test
    void keysInsideAreThereTooAndLongNumbersAreNumbers() {
        VeView bare = VeView.newBuilder().setPolicyRevision(7).build();
        VeView full =
                bare.toBuilder().setFacts(Fixtures.ves().get(2).getFacts()).build();
        assertThat(Documents.of(bare).get("facts").isJsonNull()).isTrue();
        assertThat(Documents.of(bare).getAsJsonPrimitive("policyRevision").isNumber())
                .isTrue();
        assertThat(Documents.of(full).getAsJsonObject("facts").get("lastProof").isJsonNull())
                .isTrue();
    }

    @Test
    void theShapeOfAListIsStable() {
        JsonObject document = Documents.list("ves", List.of(Fixtures.guardedVe("hn1", "101")));
        Golden.check("ves-json", Documents.render(document, Format.JSON));
        Golden.check("ves-yaml", Documents.render(document, Format.YAML));
    }

    @Test
    void theShapeOfBansIsStable() {
        JsonObject document = Documents.of(ListBansReply.newBuilder()
                .setState(BanText.sorted(Bans.state()))
                .build());
        Golden.check("bans-json", Documents.render(document, Format.JSON));
        Golden.check("bans-yaml", Documents.render(document, Format.YAML));
    }

    @Test
    void aStreamOfDocumentsHasOneLineEach() {
        assertThat(Documents.line(Documents.of(Rollouts.last())))
                .endsWith("}\n")
                .containsOnlyOnce("\n");
    }
}
