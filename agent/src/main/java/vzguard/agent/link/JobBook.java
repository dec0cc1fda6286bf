package vzguard.agent.link;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import vzguard.agent.enrol.DurableFile;
import vzguard.agent.model.Digests;
import vzguard.v1.Job;
import vzguard.v1.JobResult;

/**
 * The jobs this agent has taken, on the disk: first the job, then its result, then the result as acknowledged. A job that
 * is in the book is not taken a second time, so the same id runs once, however often it is offered.
 *
 * <p>Safe for use by many threads.
 */
final class JobBook {
    /** Acknowledged results kept, for offers that were on their way when the acknowledgement was. */
    static final int KEPT = 256;

    private final Path folder;

    /** Where a job is. */
    enum Standing {
        NEW,
        /** Taken, no result yet. */
        OPEN,
        /** Its result waits for the acknowledgement, or had it. */
        ENDED
    }

    JobBook(Path stateDirectory) throws IOException {
        this.folder = Files.createDirectories(stateDirectory.resolve("jobs"));
    }

    synchronized Standing standing(String jobId) {
        if (Files.exists(file(jobId, "result")) || Files.exists(file(jobId, "acknowledged"))) {
            return Standing.ENDED;
        }
        return Files.exists(file(jobId, "job")) ? Standing.OPEN : Standing.NEW;
    }

    /** The job is on the disk when this returns. */
    synchronized void take(Job job) throws IOException {
        DurableFile.replace(file(job.getJobId(), "job"), job.toByteArray());
    }

    /** The result is on the disk when this returns; it must not be reported before. */
    synchronized void end(JobResult result) throws IOException {
        DurableFile.replace(file(result.getJobId(), "result"), result.toByteArray());
        DurableFile.delete(file(result.getJobId(), "job"));
    }

    synchronized void acknowledged(String jobId) throws IOException {
        Path result = file(jobId, "result");
        if (Files.exists(result)) {
            DurableFile.replace(file(jobId, "acknowledged"), Files.readAllBytes(result));
            DurableFile.delete(result);
            forgetOldest();
        }
    }

    /** The result of a job that ended. */
    synchronized Optional<JobResult> result(String jobId) throws IOException {
        for (String kind : List.of("result", "acknowledged")) {
            Path file = file(jobId, kind);
            if (Files.exists(file)) {
                return Optional.of(JobResult.parseFrom(Files.readAllBytes(file)));
            }
        }
        return Optional.empty();
    }

    /** Jobs without a result, oldest first. */
    synchronized List<Job> open() {
        // Where the agent died between writing the result and removing the job, both files are there.
        return files(".job").stream()
                .map(file -> parsed(file, Job.parser()))
                .filter(job -> standing(job.getJobId()) == Standing.OPEN)
                .toList();
    }

    /** Results that wait for their acknowledgement, oldest first. */
    synchronized List<JobResult> unacknowledged() {
        return files(".result").stream()
                .map(file -> parsed(file, JobResult.parser()))
                .toList();
    }

    private void forgetOldest() throws IOException {
        List<Path> kept = files(".acknowledged");
        for (Path old : kept.subList(0, Math.max(0, kept.size() - KEPT))) {
            Files.deleteIfExists(old);
        }
    }

    private List<Path> files(String ending) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> {
                        String name = String.valueOf(file.getFileName());
                        return !name.startsWith(".") && name.endsWith(ending);
                    })
                    .sorted(Comparator.comparing(JobBook::modified).thenComparing(Comparator.naturalOrder()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder + ": " + e.getMessage(), e);
        }
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    private static <T> T parsed(Path file, Parser<T> parser) {
        try {
            return parser.parseFrom(Files.readAllBytes(file));
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(file + " is damaged; remove it", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Job ids are the controller's: their digest is a safe file name whatever they hold. */
    private Path file(String jobId, String kind) {
        return folder.resolve(Digests.sha256(jobId) + "." + kind);
    }
}
