package vzguard.lab.demo;

import java.util.List;
import java.util.stream.Collectors;
import vzguard.lab.demo.Stage.Connection;
import vzguard.lab.demo.Stage.StageFailure;

/** Connections from one source to one place, one after the other, and which of them are to be answered. */
record Series(String where, String from, boolean ipv6, List<Boolean> expected) {
    Series {
        expected = List.copyOf(expected);
    }

    static Series of(String where, String from, boolean ipv6, Boolean... expected) {
        return new Series(where, from, ipv6, List.of(expected));
    }

    /** As a user types it. */
    String command() {
        return "lab ssh " + where + " --from " + from + (ipv6 ? " -6" : "") + " --count " + expected.size();
    }

    List<Connection> run(Stage stage) throws StageFailure {
        return stage.ssh(where, from, ipv6, expected.size());
    }

    String promise() {
        return where + " from " + from + ": " + words(expected);
    }

    static List<Boolean> answers(List<Connection> attempts) {
        return attempts.stream().map(Connection::answered).toList();
    }

    static String words(List<Boolean> answers) {
        return answers.stream()
                .map(answered -> answered ? "answered" : "dropped")
                .collect(Collectors.joining(", "));
    }
}
