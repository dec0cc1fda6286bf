package vzguard.agent.apply;

import java.io.UncheckedIOException;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.guard.GuardRules;
import vzguard.agent.guard.StoredGuard;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Family;
import vzguard.agent.model.Kept;
import vzguard.agent.model.Place;
import vzguard.agent.model.Step;
import vzguard.agent.tools.VeFiles;
import vzguard.values.Ctid;

/** Own files and own hook, on the host or in a VE. */
final class PersistStepRunner {
    private final HostFiles files;
    private final VeFiles veFiles;

    PersistStepRunner(CommandRunner runner, HostFiles files) {
        this.files = files;
        this.veFiles = new VeFiles(runner);
    }

    StepResult persist(Step.PersistGuard step, Undo undo) {
        Map<String, String> wanted = new LinkedHashMap<>();
        List<String> unwanted = new ArrayList<>();
        for (Family family : Family.values()) {
            Optional.ofNullable(step.rules().get(family))
                    .ifPresentOrElse(
                            rules -> wanted.put(
                                    StoredGuard.file(family),
                                    GuardRules.fileText(rules, step.kept().getOrDefault(family, Kept.NOTHING))),
                            () -> unwanted.add(StoredGuard.file(family)));
        }
        // The hook last: before it is there, nothing half-written is ever loaded.
        wanted.put(StoredGuard.HOOK, StoredGuard.HOOK_TEXT);
        for (Map.Entry<String, String> file : wanted.entrySet()) {
            StepResult written = write(step.place(), file.getKey(), file.getValue(), undo);
            if (written instanceof StepResult.Failed) {
                return written;
            }
        }
        return unwanted.isEmpty() ? StepResult.DONE : remove(step.place(), unwanted, undo);
    }

    StepResult remove(Step.RemovePersistence step, Undo undo) {
        List<String> names = List.of(StoredGuard.HOOK, StoredGuard.file(Family.V4), StoredGuard.file(Family.V6));
        return remove(step.place(), names, undo);
    }

    private StepResult write(Place place, String name, String content, Undo undo) {
        Optional<String> before = read(place, name);
        undo.add(() -> bringBack(place, name, before));
        Optional<CommandResult> result = put(place, name, content);
        // What the writing program read back proves it; where it did not get that far, another one looks.
        boolean same = result.map(CommandResult::out)
                        .filter(out -> isSame(out, content))
                        .isPresent()
                || read(place, name).filter(now -> isSame(now, content)).isPresent();
        if (same) {
            return StepResult.DONE;
        }
        String what = name + " on " + place.describe() + " is not as written";
        return result.map(ended -> (StepResult) Failures.of("vzctl exec3 (writing " + name + ")", ended, what))
                .orElseGet(() -> Failures.failed(CauseCode.PROGRAM_FAILED, what, ""));
    }

    private static boolean isSame(String one, String other) {
        return one.strip().equals(other.strip());
    }

    private StepResult remove(Place place, List<String> names, Undo undo) {
        Map<String, String> before = new LinkedHashMap<>();
        names.forEach(name -> read(place, name).ifPresent(content -> before.put(name, content)));
        if (before.isEmpty()) {
            return StepResult.DONE;
        }
        undo.add(() -> before.forEach((name, content) -> put(place, name, content)));
        List<String> there = List.copyOf(before.keySet());
        place.ctid().ifPresentOrElse(ctid -> veFiles.remove(ctid, there), () -> removeFromHost(there));
        List<String> left =
                there.stream().filter(name -> read(place, name).isPresent()).toList();
        return left.isEmpty()
                ? StepResult.DONE
                : Failures.failed(
                        CauseCode.NO_EFFECT,
                        String.join(", ", left) + " on " + place.describe() + " is still there",
                        "");
    }

    private void removeFromHost(List<String> names) {
        names.forEach(files::delete);
        if (files.list(StoredGuard.DIRECTORY).isEmpty() && files.exists(StoredGuard.DIRECTORY)) {
            files.delete(StoredGuard.DIRECTORY);
        }
    }

    private void bringBack(Place place, String name, Optional<String> before) {
        before.ifPresentOrElse(
                content -> put(place, name, content),
                () -> place.ctid()
                        .ifPresentOrElse(
                                ctid -> veFiles.remove(ctid, List.of(name)), () -> removeFromHost(List.of(name))));
    }

    private Optional<String> read(Place place, String name) {
        return place.ctid().map(ctid -> veFiles.read(ctid, name)).orElseGet(() -> files.read(name));
    }

    /** How the program that wrote ended; empty where none was needed. */
    private Optional<CommandResult> put(Place place, String name, String content) {
        String mode = name.equals(StoredGuard.HOOK) ? StoredGuard.HOOK_MODE : StoredGuard.FILE_MODE;
        if (place.ctid().isPresent()) {
            Ctid ctid = place.ctid().get();
            return Optional.of(veFiles.write(ctid, name, content, octal(mode)));
        }
        try {
            files.replace(name, content, mode);
            files.ensureMode(name, mode);
            return Optional.empty();
        } catch (UncheckedIOException e) {
            return Optional.of(CommandResult.of(1, "", String.valueOf(e.getMessage())));
        }
    }

    private static String octal(String mode) {
        int bits = 0;
        for (var permission : PosixFilePermissions.fromString(mode)) {
            bits |= 0400 >> permission.ordinal();
        }
        return String.format("%04o", bits);
    }
}
