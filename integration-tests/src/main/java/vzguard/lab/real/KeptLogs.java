package vzguard.lab.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The logs of a lab, for the time after it: everything else of a lab goes with it. */
final class KeptLogs {
    private static final String AGENT_LOG = "upper/var/log/vzguard-agent.log";

    private final LabDirectory lab;

    KeptLogs(LabDirectory lab) {
        this.lab = lab;
    }

    /** Copies the logs into the checkout, over those of an earlier lab of this name; empty when there are none. */
    Optional<Path> keep() {
        if (!Files.isDirectory(lab.logs())) {
            return Optional.empty();
        }
        Path folder = Checkout.find().root().resolve(".lab/logs").resolve(lab.name());
        try {
            Files.createDirectories(folder);
            for (Path log : list(lab.logs())) {
                Files.copy(log, folder.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
            for (Path host : list(lab.root().resolve("hosts"))) {
                Path log = host.resolve(AGENT_LOG);
                if (Files.isRegularFile(log)) {
                    Files.copy(
                            log,
                            folder.resolve(host.getFileName() + "-agent.log"),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
            return Optional.of(folder);
        } catch (IOException e) {
            throw new LabException("cannot keep the logs of lab " + lab.name() + " in " + folder, e);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }
}
