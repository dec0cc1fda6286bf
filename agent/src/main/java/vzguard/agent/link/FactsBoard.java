package vzguard.agent.link;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import vzguard.v1.SectionDigest;
import vzguard.v1.VeFacts;

/**
 * The facts of the last sweep, and which of them the controller was told on this stream: only sections whose digest
 * changed are sent. Safe for use by many threads.
 */
final class FactsBoard {
    private Optional<Sections> latest = Optional.empty();
    private Optional<Outbox> stream = Optional.empty();
    private SortedMap<String, String> told = new TreeMap<>();

    /** Starts a stream: what comes back goes into its Hello and counts as told, until the controller needs it. */
    synchronized List<SectionDigest> attach(Outbox outbox) {
        stream = Optional.of(outbox);
        told = latest.map(Sections::digests).orElseGet(TreeMap::new);
        List<SectionDigest> sections = new ArrayList<>();
        told.forEach((section, digest) -> sections.add(
                SectionDigest.newBuilder().setSection(section).setDigest(digest).build()));
        return sections;
    }

    synchronized void detach(Outbox outbox) {
        if (stream.filter(current -> current == outbox).isPresent()) {
            stream = Optional.empty();
        }
    }

    /** A sweep ended: what changed goes out. */
    synchronized void swept(Sections sections) {
        latest = Optional.of(sections);
        stream.ifPresent(outbox -> {
            SortedMap<String, String> now = sections.digests();
            if (told.isEmpty()) {
                tellAll(outbox, sections);
            } else {
                tellChanges(outbox, sections, now);
            }
            told = now;
        });
    }

    /** The controller asks for sections: "host", "ve/CTID", or "*". */
    synchronized void needed(List<String> sections) {
        if (stream.isEmpty() || latest.isEmpty()) {
            // The first sweep is under way and tells everything.
            return;
        }
        Outbox outbox = stream.get();
        Sections facts = latest.get();
        for (String section : sections) {
            if (section.equals("*")) {
                tellAll(outbox, facts);
            } else if (section.equals(Sections.HOST)) {
                outbox.host(facts.host());
            } else if (section.startsWith(Sections.VE)) {
                tellVe(outbox, facts, section.substring(Sections.VE.length()));
            }
        }
    }

    private void tellChanges(Outbox outbox, Sections sections, SortedMap<String, String> now) {
        for (Map.Entry<String, String> section : now.entrySet()) {
            if (section.getValue().equals(told.get(section.getKey()))) {
                continue;
            }
            if (section.getKey().equals(Sections.HOST)) {
                outbox.host(sections.host());
            } else {
                tellVe(outbox, sections, section.getKey().substring(Sections.VE.length()));
            }
        }
        for (String section : told.keySet()) {
            if (!now.containsKey(section)) {
                outbox.gone(section.substring(Sections.VE.length()));
            }
        }
    }

    private static void tellVe(Outbox outbox, Sections sections, String ctid) {
        VeFacts facts = sections.ves().get(ctid);
        if (facts == null) {
            outbox.gone(ctid);
        } else {
            outbox.changed(facts);
        }
    }

    private static void tellAll(Outbox outbox, Sections sections) {
        outbox.host(sections.host());
        outbox.complete(sections.ves().values());
    }
}
