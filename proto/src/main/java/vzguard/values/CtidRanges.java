package vzguard.values;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A set of CTIDs as operators write it: {@code 101-120,205}, UUIDs as single terms, {@code *} or nothing for all. */
public final class CtidRanges {
    /** Every CTID. */
    public static final CtidRanges ALL = new CtidRanges(List.of());

    private static final Pattern COMMA = Pattern.compile(",");

    private final List<Range> ranges;

    private CtidRanges(List<Range> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    /** @throws IllegalArgumentException with the faulty term and what is permitted */
    public static CtidRanges parse(String text) {
        String all = text.strip();
        if (all.isEmpty() || all.equals("*")) {
            return ALL;
        }
        List<Range> ranges = new ArrayList<>();
        for (String term : COMMA.split(all, -1)) {
            ranges.add(range(term.strip()));
        }
        return new CtidRanges(ranges);
    }

    private static Range range(String term) {
        if (Ctid.isValid(term)) {
            Ctid one = new Ctid(term);
            return new Range(one, one);
        }
        int dash = term.indexOf('-');
        if (dash > 0) {
            String first = term.substring(0, dash);
            String last = term.substring(dash + 1);
            if (Ctid.isValid(first) && Ctid.isValid(last) && !first.contains("-") && !last.contains("-")) {
                Range range = new Range(new Ctid(first), new Ctid(last));
                if (range.first().compareTo(range.last()) > 0) {
                    throw new IllegalArgumentException(
                            "CTID range " + Quoted.of(term) + " runs backwards (write " + last + "-" + first + ")");
                }
                return range;
            }
        }
        throw new IllegalArgumentException(
                Quoted.of(term) + " is no CTID and no range of CTIDs (permitted: numbers from 1 to " + Ctid.MAX_NUMBER
                        + ", ranges like 101-120, UUIDs, separated by commas, or * for all)");
    }

    public boolean contains(Ctid ctid) {
        return isAll()
                || ranges.stream()
                        .anyMatch(range -> range.first().isNumber() == ctid.isNumber()
                                && range.first().compareTo(ctid) <= 0
                                && range.last().compareTo(ctid) >= 0);
    }

    public boolean isAll() {
        return ranges.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CtidRanges that && ranges.equals(that.ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    /** The canonical text, which {@link #parse} reads back. */
    @Override
    public String toString() {
        return isAll()
                ? "*"
                : String.join(",", ranges.stream().map(Range::toString).toList());
    }

    private record Range(Ctid first, Ctid last) {
        @Override
        public String toString() {
            return first.equals(last) ? first.text() : first + "-" + last;
        }
    }
}
