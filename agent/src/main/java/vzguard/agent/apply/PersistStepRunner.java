package vzguard.agent.apply;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import vzguard.agent.boot.BootFile;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.guard.Chains;
import vzguard.agent.guard.GuardRules;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Family;
import vzguard.agent.model.Kept;
import vzguard.agent.model.Place;
import vzguard.agent.model.Step;
import vzguard.agent.tools.VeFiles;

/**
 * Own files and what runs them at boot, on the host or in a VE. What loads the guards of a host is common to them, and several
 * jobs may come and go at once: they do one by one.
 */
final class PersistStepRunner {
    private final HostFiles files;
    private final VeFiles veFiles;

    PersistStepRunner(CommandRunner runner, HostFiles files) {
        this.files = files;
        this.veFiles = new VeFiles(runner);
    }

    StepResult persist(Step.PersistGuard step, Undo undo) {
        if (step.place().inside().isPresent()) {
            return write(step, undo);
        }
        synchronized (files) {
            return write(step, undo);
        }
    }

    private StepResult write(Step.PersistGuard step, Undo undo) {
        Place place = step.place();
        List<BootFile> wanted = new ArrayList<>();
        List<String> unwanted = new ArrayList<>();
        for (Family family : Family.values()) {
            String path = place.rulesFile(family);
            Kept kept = step.kept().getOrDefault(family, Kept.NOTHING);
            Optional.ofNullable(step.rules().get(family))
                    .ifPresentOrElse(
                            rules -> wanted.add(BootFile.text(
                                    path, GuardRules.fileText(rules, kept, step.layout(), Chains.of(place)))),
                            () -> unwanted.add(path));
        }
        // What runs them last: before it is there, nothing half-written is ever loaded.
        wanted.addAll(step.layout().files());
        Map<String, List<String>> links = new LinkedHashMap<>();
        for (BootFile file : wanted) {
            if (file.kind() == BootFile.Kind.LINK) {
                links.computeIfAbsent(file.content(), target -> new ArrayList<>())
                        .add(file.path());
                continue;
            }
            StepResult written = write(place, file, undo);
            if (written instanceof StepResult.Failed) {
                return written;
            }
        }
        for (Map.Entry<String, List<String>> each : links.entrySet()) {
            StepResult linked = link(place, each.getKey(), each.getValue(), undo);
            if (linked instanceof StepResult.Failed) {
                return linked;
            }
        }
        return unwanted.isEmpty() ? StepResult.DONE : remove(place, unwanted, undo);
    }

    StepResult remove(Step.RemovePersistence step, Undo undo) {
        // What is run goes after what runs it.
        List<String> names = new ArrayList<>(step.boot());
        java.util.Collections.reverse(names);
        names.add(step.place().rulesFile(Family.V4));
        names.add(step.place().rulesFile(Family.V6));
        if (step.place().inside().isPresent()) {
            return remove(step.place(), names, undo);
        }
        synchronized (files) {
            return remove(step.place(), names, undo);
        }
    }

    private OwnFiles of(Place place) {
        return new OwnFiles(place, files, veFiles);
    }

    private StepResult write(Place place, BootFile file, Undo undo) {
        OwnFiles own = of(place);
        Optional<String> before = own.read(file.path());
        undo.add(() -> before.ifPresentOrElse(
                content -> own.put(new BootFile(file.path(), file.kind(), content)),
                () -> own.remove(spared(place, List.of(file.path())))));
        Optional<CommandResult> result = own.put(file);
        // What the writing program read back proves it; where it did not get that far, another one looks.
        boolean same = result.map(CommandResult::out)
                        .filter(out -> isSame(out, file.content()))
                        .isPresent()
                || own.read(file.path())
                        .filter(now -> isSame(now, file.content()))
                        .isPresent();
        return same ? StepResult.DONE : notAsWritten(place, file.path(), result);
    }

    private static boolean isSame(String one, String other) {
        return one.strip().equals(other.strip());
    }

    private StepResult link(Place place, String target, List<String> paths, Undo undo) {
        OwnFiles own = of(place);
        Map<String, String> before = own.links(paths);
        undo.add(() -> {
            own.remove(spared(place, paths));
            before.forEach((path, former) -> own.put(BootFile.link(path, former)));
        });
        Optional<CommandResult> result = own.link(target, paths);
        Map<String, String> now = own.links(paths);
        return paths.stream()
                .filter(path -> !target.equals(now.get(path)))
                .findFirst()
                .map(path -> notAsWritten(place, path, result))
                .orElse(StepResult.DONE);
    }

    private static StepResult notAsWritten(Place place, String path, Optional<CommandResult> result) {
        String what = path + " on " + place.describe() + " is not as written";
        return result.map(ended -> (StepResult) Failures.of("vzctl exec3 (writing " + path + ")", ended, what))
                .orElseGet(() -> Failures.failed(CauseCode.PROGRAM_FAILED, what, ""));
    }

    private StepResult remove(Place place, List<String> paths, Undo undo) {
        OwnFiles own = of(place);
        List<BootFile> before = there(own, spared(place, paths));
        if (before.isEmpty()) {
            return StepResult.DONE;
        }
        undo.add(() -> before.forEach(own::put));
        own.remove(before.stream().map(BootFile::path).toList());
        List<String> left = there(own, before.stream().map(BootFile::path).toList()).stream()
                .map(BootFile::path)
                .toList();
        return left.isEmpty()
                ? StepResult.DONE
                : Failures.failed(
                        CauseCode.NO_EFFECT,
                        String.join(", ", left) + " on " + place.describe() + " is still there",
                        "");
    }

    /** What loads the guards of a host is left as long as there is another one that it loads. */
    private List<String> spared(Place place, List<String> paths) {
        List<String> own = Stream.of(Family.values()).map(place::rulesFile).toList();
        boolean others = place.inside().isEmpty()
                && files.list(BootLayout.OWN_DIRECTORY).stream()
                        .filter(BootLayout::isRules)
                        .anyMatch(name -> !own.contains(BootLayout.OWN_DIRECTORY + "/" + name));
        return others ? paths.stream().filter(BootLayout::isRulesPath).toList() : paths;
    }

    private static List<BootFile> there(OwnFiles own, List<String> paths) {
        List<BootFile> there = new ArrayList<>();
        List<String> links = paths.stream().filter(BootLayout.LINKS::contains).toList();
        own.links(links).forEach((path, target) -> there.add(BootFile.link(path, target)));
        paths.stream()
                .filter(path -> !links.contains(path))
                .forEach(path -> own.read(path).ifPresent(text -> there.add(BootLayout.file(path, text))));
        return there;
    }
}
