package vzguard.agent.link;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import vzguard.agent.enrol.DurableFile;

/** A number that grows with each stream this agent opens and is on the disk before the stream is: the greater wins. */
final class StreamEpoch {
    private final Path file;

    StreamEpoch(Path stateDirectory) {
        this.file = stateDirectory.resolve("stream-epoch");
    }

    /** One more than ever before. @throws IOException when it cannot be read or kept */
    long next() throws IOException {
        long next = last() + 1;
        DurableFile.replace(file, (next + "\n").getBytes(StandardCharsets.US_ASCII));
        return next;
    }

    private long last() throws IOException {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            return 0;
        } catch (NumberFormatException e) {
            throw new IOException(file + " holds no number; write the greatest epoch that the controller shows", e);
        }
    }
}
