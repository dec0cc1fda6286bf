package vzguard.agent.observe;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import vzguard.agent.boot.BootFile;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.boot.BootSeen;
import vzguard.agent.exec.HostFiles;

/** What a host or a VE has for its boot. */
final class BootReader {
    private static final String DIRECTORY = "directory ";
    private static final String SCRIPT = "script ";
    private static final String TEXT = "text ";
    private static final String LINK = "link ";
    private static final String CONTENT = "| ";

    private BootReader() {}

    static BootSeen onHost(HostFiles files) {
        List<BootFile> seen = new ArrayList<>();
        for (String path : BootLayout.FILES) {
            files.read(path)
                    .ifPresent(text -> seen.add(
                            files.isExecutable(path) ? BootFile.script(path, text) : BootFile.text(path, text)));
        }
        for (String path : BootLayout.LINKS) {
            files.link(path).ifPresent(target -> seen.add(BootFile.link(path, target)));
        }
        return new BootSeen(BootLayout.of(files::exists), seen);
    }

    /**
     * @param lines of the section {@code boot}: a directory, a file or a link that is there, a file with its lines after it.
     *     Other names than those that were asked for are no news
     */
    static BootSeen inside(List<String> lines) {
        Set<String> directories = new HashSet<>();
        List<BootFile> seen = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith(DIRECTORY)) {
                directories.add(line.substring(DIRECTORY.length()));
            } else if (line.startsWith(LINK)) {
                link(line).ifPresent(seen::add);
            } else {
                file(line, content(lines, i + 1)).ifPresent(seen::add);
            }
        }
        return new BootSeen(BootLayout.of(directories::contains), seen);
    }

    private static Optional<BootFile> link(String line) {
        String[] words = line.split(" ", 3);
        return words.length == 3 && BootLayout.LINKS.contains(words[1])
                ? Optional.of(BootFile.link(words[1], words[2]))
                : Optional.empty();
    }

    private static Optional<BootFile> file(String line, String content) {
        String path = line.substring(line.indexOf(' ') + 1);
        if (!BootLayout.FILES.contains(path)) {
            return Optional.empty();
        }
        return line.startsWith(SCRIPT)
                ? Optional.of(BootFile.script(path, content))
                : Optional.of(line).filter(said -> said.startsWith(TEXT)).map(said -> BootFile.text(path, content));
    }

    private static String content(List<String> lines, int from) {
        StringBuilder content = new StringBuilder();
        for (int i = from; i < lines.size() && lines.get(i).startsWith(CONTENT); i++) {
            content.append(lines.get(i).substring(CONTENT.length())).append('\n');
        }
        return content.toString();
    }
}
