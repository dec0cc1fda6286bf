package vzguard.agent.boot;

import java.util.List;

/**
 * What a place has for its boot.
 *
 * @param layout how it boots
 * @param files own files that are there, of this layout or another, with their content
 */
public record BootSeen(BootLayout layout, List<BootFile> files) {
    public BootSeen {
        files = List.copyOf(files);
    }

    /** A place of this layout in which vzguard never wrote. */
    public static BootSeen bare(BootLayout layout) {
        return new BootSeen(layout, List.of());
    }

    /** A place of this layout that has all that its boot needs. */
    public static BootSeen complete(BootLayout layout) {
        return new BootSeen(layout, layout.files());
    }

    /** A boot would load the guard: everything that the layout needs is there and as it should be. */
    public boolean loads() {
        return layout.possible()
                && layout.files().stream().allMatch(wanted -> files.stream().anyMatch(file -> file.serves(wanted)));
    }

    public List<String> paths() {
        return files.stream().map(BootFile::path).toList();
    }
}
