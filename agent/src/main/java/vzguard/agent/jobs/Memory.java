package vzguard.agent.jobs;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import vzguard.agent.enrol.DurableFile;
import vzguard.agent.model.Place;
import vzguard.policy.Policy;
import vzguard.policy.PolicyWire;
import vzguard.v1.DriftEvent;
import vzguard.v1.DriftLog;
import vzguard.v1.PolicySpec;
import vzguard.v1.Proof;
import vzguard.values.Ctid;

/**
 * What this agent last applied to each place, and what it last proved there: what a proof or a diagnosis compares with.
 * Losing it costs nothing but that comparison. Safe for use by many threads.
 */
public final class Memory {
    private static final Logger LOG = Logger.getLogger(Memory.class.getName());

    private static final String POLICY = ".policy";
    private static final String NAMES = "policies";
    private static final String VE = "ve-";
    private static final String DRIFT = "drift";

    private final Path stateDirectory;
    private final Path folder;

    public Memory(Path stateDirectory) {
        this.stateDirectory = stateDirectory;
        this.folder = stateDirectory.resolve("places");
    }

    /** The policy last applied to a place. */
    public synchronized Optional<Policy> applied(Place place) {
        return read(file(place, "policy"), PolicySpec.parser()).flatMap(spec -> {
            try {
                return Optional.of(PolicyWire.fromProto(spec));
            } catch (IllegalArgumentException e) {
                LOG.log(Level.WARNING, "the policy remembered for {0} is not valid: {1}", new Object[] {
                    place.describe(), e.getMessage()
                });
                return Optional.empty();
            }
        });
    }

    /** As {@link HostLock#take}; empty also when the state directory cannot be used. */
    Optional<HostLock> lock() {
        try {
            return HostLock.take(stateDirectory);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot lock " + folder, e);
            return Optional.empty();
        }
    }

    /** Every place that a policy was applied to. */
    synchronized List<Place> places() {
        return places(POLICY);
    }

    private List<Place> places(String kind) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(kind))
                    .map(name -> name.substring(0, name.length() - kind.length()))
                    .flatMap(name -> name.equals("host")
                            ? Stream.of(Place.HOST)
                            : Stream.of(name)
                                    .filter(ve -> ve.startsWith(VE) && Ctid.isValid(ve.substring(VE.length())))
                                    .map(ve -> Place.of(new Ctid(ve.substring(VE.length())))))
                    .sorted(Comparator.comparing(Place::describe))
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot read " + folder, e);
            return List.of();
        }
    }

    synchronized List<DriftEvent> drifts() {
        return read(folder.resolve(DRIFT), DriftLog.parser())
                .map(DriftLog::getEventsList)
                .orElse(List.of());
    }

    synchronized void drifts(List<DriftEvent> newestFirst) {
        write(
                folder.resolve(DRIFT),
                DriftLog.newBuilder().addAllEvents(newestFirst).build());
    }

    /** Whether the guard of a place, if it has one, is that of another policy. */
    boolean isOfAnother(Place place, Policy policy) {
        return applied(place)
                .filter(applied -> !applied.name().equals(policy.name()))
                .isPresent();
    }

    public synchronized void apply(Place place, Policy policy) {
        write(file(place, "policy"), PolicyWire.toProto(policy));
    }

    /** A policy is in effect at a place, also when it guards nothing there. */
    synchronized void inEffect(Place place, String policy) {
        TreeSet<String> names = new TreeSet<>(inEffect(place));
        if (names.add(policy)) {
            writeNames(place, names);
        }
    }

    /** A policy is in effect no more; empty: none is. */
    synchronized void ended(Place place, String policy) {
        TreeSet<String> names = new TreeSet<>(inEffect(place));
        names.removeIf(name -> policy.isEmpty() || name.equals(policy));
        writeNames(place, names);
    }

    /** Names of the policies in effect at a place. */
    synchronized Set<String> inEffect(Place place) {
        TreeSet<String> names = new TreeSet<>();
        applied(place).map(Policy::name).ifPresent(names::add);
        try {
            names.addAll(Files.readAllLines(file(place, NAMES)));
        } catch (NoSuchFileException e) {
            LOG.log(Level.FINEST, "none at {0}", place.describe());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot read what is in effect at " + place.describe(), e);
        }
        return names;
    }

    private void writeNames(Place place, Set<String> names) {
        Path file = file(place, NAMES);
        try {
            if (names.isEmpty()) {
                DurableFile.delete(file);
            } else {
                DurableFile.replace(file, String.join("\n", names).getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot write " + file, e);
        }
    }

    /** Forgets places that are no more. */
    synchronized void forgetAllBut(Predicate<Place> isThere) {
        Stream.concat(places(POLICY).stream(), places("." + NAMES).stream())
                .filter(isThere.negate())
                .forEach(place -> {
                    forget(place);
                    ended(place, "");
                });
    }

    /** Whether no policy is in effect at any place of this host. */
    synchronized boolean isIdle() {
        return places(POLICY).isEmpty() && places("." + NAMES).isEmpty();
    }

    /** The last proofs of a place, one per family. */
    public synchronized List<Proof> proofs(Place place) {
        List<Proof> proofs = new ArrayList<>();
        for (int family : List.of(4, 6)) {
            read(file(place, "proof" + family), Proof.parser()).ifPresent(proofs::add);
        }
        return List.copyOf(proofs);
    }

    public synchronized void proved(Place place, List<Proof> proofs) {
        proofs.forEach(proof -> write(file(place, "proof" + proof.getFamily()), proof));
    }

    /** The guard of a place was taken away. */
    public synchronized void forget(Place place) {
        for (String kind : List.of("policy", "proof4", "proof6")) {
            try {
                DurableFile.delete(file(place, kind));
            } catch (IOException e) {
                LOG.log(Level.WARNING, "cannot forget " + place.describe(), e);
            }
        }
    }

    private static <T> Optional<T> read(Path file, Parser<T> parser) {
        try {
            return Optional.of(parser.parseFrom(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot read " + file, e);
            return Optional.empty();
        }
    }

    private static void write(Path file, MessageLite content) {
        try {
            DurableFile.replace(file, content.toByteArray());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot write " + file, e);
        }
    }

    private Path file(Place place, String kind) {
        return folder.resolve(place.ctid().map(ctid -> VE + ctid).orElse("host") + "." + kind);
    }
}
