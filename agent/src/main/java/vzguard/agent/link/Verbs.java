package vzguard.agent.link;

import java.util.Locale;
import java.util.stream.Collectors;
import vzguard.v1.Job;

/** Names of verbs, as the contract's fields are called. */
public final class Verbs {
    private Verbs() {}

    /** "apply" and so on; for a verb that this version has no name for, the number of its field: "field 23". */
    public static String of(Job job) {
        if (job.getVerbCase() != Job.VerbCase.VERB_NOT_SET) {
            return job.getVerbCase().name().toLowerCase(Locale.ROOT);
        }
        String unknown = job.getUnknownFields().asMap().keySet().stream()
                .map(number -> "field " + number)
                .collect(Collectors.joining(", "));
        return unknown.isEmpty() ? "no verb" : unknown;
    }
}
