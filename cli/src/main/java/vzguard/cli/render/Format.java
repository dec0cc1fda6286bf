package vzguard.cli.render;

/** How a command prints its data. */
public enum Format {
    /** For people, 80 columns. */
    TABLE,
    /** For people, more columns, nothing cut. */
    WIDE,
    /** One JSON document; of a watch, one per line. */
    JSON,
    /** The same as YAML. */
    YAML;

    /** Names as typed after {@code -o}. */
    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Data for a program, not for a person. */
    public boolean isForPrograms() {
        return this == JSON || this == YAML;
    }
}
