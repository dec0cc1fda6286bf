package vzguard.agent.model;

/**
 * What a rule in a scratch chain showed: a match may be listed in {@code ip_tables_matches} and still be refused.
 *
 * @param match match name ({@code recent}, {@code state})
 * @param evidence the command that was tried, its exit code, and its words verbatim
 */
public record Permission(String match, boolean permitted, Evidence evidence) {}
