package vzguard.agent.boot;

/**
 * One own file that a boot needs.
 *
 * @param content of a file its text; of a link where it leads
 */
public record BootFile(String path, Kind kind, String content) {
    private static final String EXECUTABLE = "rwxr-xr-x";
    private static final String READABLE = "rw-r--r--";

    public enum Kind {
        SCRIPT,
        TEXT,
        LINK
    }

    public static BootFile script(String path, String text) {
        return new BootFile(path, Kind.SCRIPT, text);
    }

    public static BootFile text(String path, String text) {
        return new BootFile(path, Kind.TEXT, text);
    }

    public static BootFile link(String path, String target) {
        return new BootFile(path, Kind.LINK, target);
    }

    /** Of a file that is written anew; a link has none. */
    public String mode() {
        return kind == Kind.SCRIPT ? EXECUTABLE : READABLE;
    }

    /** Whether what was seen does the same at a boot: a text may be executable, a script must be. */
    public boolean serves(BootFile wanted) {
        boolean sameKind = kind == wanted.kind || (kind == Kind.SCRIPT && wanted.kind == Kind.TEXT);
        return sameKind
                && path.equals(wanted.path)
                && content.strip().equals(wanted.content().strip());
    }

    /** One line for people. */
    public String describe() {
        return kind == Kind.LINK ? path + " -> " + content : path;
    }
}
