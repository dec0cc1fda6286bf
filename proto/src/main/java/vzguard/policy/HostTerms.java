package vzguard.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.values.Quoted;

/**
 * Which hosts: terms separated by commas, all of which must hold. {@code key=value} and {@code key!=value} compare a
 * label ({@code name} is the host's name), {@code key} asks that the label is there. No term: every host.
 */
public final class HostTerms {
    /** Every host. */
    public static final HostTerms ALL = new HostTerms(List.of());

    private static final Pattern COMMA = Pattern.compile(",");
    private static final Pattern TERM =
            Pattern.compile("([a-z][a-z0-9_.-]{0,62})(?:\\s*(!?=)\\s*([A-Za-z0-9][A-Za-z0-9_.:-]{0,252}))?");

    private final List<Term> terms;

    private HostTerms(List<Term> terms) {
        this.terms = List.copyOf(terms);
    }

    /** @throws IllegalArgumentException with the faulty term and what is permitted */
    public static HostTerms parse(String text) {
        String all = text.strip();
        if (all.isEmpty() || all.equals("*")) {
            return ALL;
        }
        List<Term> terms = new ArrayList<>();
        for (String part : COMMA.split(all, -1)) {
            Matcher matcher = TERM.matcher(part.strip());
            if (!matcher.matches()) {
                throw new IllegalArgumentException(Quoted.of(part.strip())
                        + " is no host term (permitted: key=value, key!=value, key; name=HOST for the host's name)");
            }
            String operator = matcher.group(2);
            terms.add(new Term(
                    matcher.group(1), operator == null ? "" : operator, operator == null ? "" : matcher.group(3)));
        }
        return new HostTerms(terms);
    }

    public boolean matches(String hostName, Map<String, String> labels) {
        return terms.stream().allMatch(term -> term.matches(hostName, labels));
    }

    public boolean isAll() {
        return terms.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HostTerms that && terms.equals(that.terms);
    }

    @Override
    public int hashCode() {
        return terms.hashCode();
    }

    /** The canonical text, which {@link #parse} reads back. */
    @Override
    public String toString() {
        return String.join(",", terms.stream().map(Term::toString).toList());
    }

    private record Term(String key, String operator, String value) {
        boolean matches(String hostName, Map<String, String> labels) {
            String actual = key.equals("name") ? hostName : labels.get(key);
            if (operator.isEmpty()) {
                return actual != null;
            }
            return value.equals(actual) == operator.equals("=");
        }

        @Override
        public String toString() {
            return key + operator + value;
        }
    }
}
