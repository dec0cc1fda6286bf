package vzguard.agent.link;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import vzguard.v1.JobResult;
import vzguard.v1.SectionDigest;
import vzguard.v1.VeFacts;

/**
 * The facts of the last sweep, and which of them the controller was told on this stream: only sections whose digest
 * changed are sent. Safe for use by many threads.
 */
final class FactsBoard {
    /** No section has this digest. */
    private static final String OUTDATED = "";

    private Optional<Sections> latest = Optional.empty();
    private Optional<Outbox> stream = Optional.empty();
    private SortedMap<String, String> told = new TreeMap<>();
    /** When sections were seen that a job's result told since they were last told by a sweep. */
    private final Map<String, Timestamp> toldByJobs = new HashMap<>();

    /** Starts a stream: what comes back goes into its Hello and counts as told, until the controller needs it. */
    synchronized List<SectionDigest> attach(Outbox outbox) {
        stream = Optional.of(outbox);
        told = latest.map(Sections::digests).orElseGet(TreeMap::new);
        latest.ifPresent(facts -> told.replaceAll((name, digest) -> isOlder(facts, name) ? OUTDATED : digest));
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

    /**
     * A job ended, and its result tells the controller what some sections look like now: what a sweep told of them before no
     * longer counts. A sweep that looked at them earlier says nothing of them, the next one tells them in any case.
     */
    synchronized void toldByJob(JobResult result) {
        if (result.hasHost()) {
            outdated(Sections.HOST, result.getHost().getObservedAt());
        }
        result.getVesList().forEach(ve -> outdated(Sections.VE + ve.getCtid(), ve.getObservedAt()));
    }

    private void outdated(String section, Timestamp seen) {
        toldByJobs.merge(section, seen, (one, other) -> Timestamps.compare(one, other) < 0 ? other : one);
        told.computeIfPresent(section, (name, digest) -> OUTDATED);
    }

    /** Whether a job's result told something newer. */
    private boolean isOlder(Sections sections, String section) {
        Timestamp byJob = toldByJobs.get(section);
        return byJob != null && Timestamps.compare(sections.seen(section), byJob) < 0;
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
            } else if (isOlder(facts, section)) {
                // The next sweep tells it.
                continue;
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
            if (isOlder(sections, section.getKey())) {
                section.setValue(OUTDATED);
                continue;
            }
            toldByJobs.remove(section.getKey());
            if (section.getKey().equals(Sections.HOST)) {
                outbox.host(sections.host());
            } else {
                tellVe(outbox, sections, section.getKey().substring(Sections.VE.length()));
            }
        }
        for (String section : told.keySet()) {
            if (!now.containsKey(section)) {
                toldByJobs.remove(section);
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
