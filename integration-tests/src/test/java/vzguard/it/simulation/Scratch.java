package vzguard.it.simulation;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** A folder of the machine for what only a real file can do, gone when that is done. */
final class Scratch {
    private Scratch() {}

    static <T> T use(Function<Path, T> work) {
        try {
            Path folder = Files.createTempDirectory("vzguard-simulation");
            try {
                return work.apply(folder);
            } finally {
                MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
