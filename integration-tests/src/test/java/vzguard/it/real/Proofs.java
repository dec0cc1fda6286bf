package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What {@code prove -o json} says. */
record Proofs(Ran ran, List<JsonObject> proofs) {
    static Proofs of(Fleet fleet, String place) {
        Ran ran = fleet.cli("prove", place, "-o", "json");
        List<JsonObject> proofs = new ArrayList<>();
        if (!ran.out().isBlank()) {
            for (JsonElement proof : ran.json().getAsJsonArray("proofs")) {
                proofs.add(proof.getAsJsonObject());
            }
        }
        return new Proofs(ran, proofs);
    }

    /** Exit 0, both families proven, from addresses made for the proof. */
    void hold() {
        ran.exits(0);
        assertThat(proofs.stream().map(proof -> proof.get("family").getAsInt() + " " + verdict(proof)))
                .as(ran.toString())
                .containsExactlyInAnyOrder("4 VERDICT_PROVEN", "6 VERDICT_PROVEN");
        for (JsonObject proof : proofs) {
            for (JsonElement attempt : proof.getAsJsonArray("attempts")) {
                assertThat(attempt.getAsJsonObject().get("from").getAsString())
                        .matches("198\\.1[89]\\..*|fd00:767a:6775:.*");
            }
        }
    }

    static String verdict(JsonObject proof) {
        return proof.get("verdict").getAsString();
    }
}
