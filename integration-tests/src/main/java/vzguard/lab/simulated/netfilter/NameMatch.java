package vzguard.lab.simulated.netfilter;

/** An interface or protocol of a rule; an interface ending in {@code +} stands for all that begin so. */
record NameMatch(boolean negated, String name) {
    boolean matches(String other) {
        boolean same = name.endsWith("+") ? other.startsWith(name.substring(0, name.length() - 1)) : other.equals(name);
        return same != negated;
    }

    String text(String option) {
        return (negated ? "! " : "") + option + " " + name;
    }
}
