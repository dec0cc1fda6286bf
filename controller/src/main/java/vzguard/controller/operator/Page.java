package vzguard.controller.operator;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One page of a sorted list. The token is the key of the last element shown, so that elements which come and go between
 * two calls neither repeat nor hide others. Pure.
 *
 * @param next token of the next page; empty at the end
 */
record Page<T>(List<T> elements, String next) {
    private static final int DEFAULT_SIZE = 500;
    private static final int MAX_SIZE = 5000;

    /**
     * @param all in the order of the keys; read only as far as the page goes
     * @param key unique; compared as text, so the list must be sorted by it
     */
    static <T> Page<T> of(Stream<T> all, Function<T, String> key, int size, String token) {
        int wanted = size(size);
        List<T> rest = all.filter(element -> key.apply(element).compareTo(token) > 0)
                .limit(wanted + 1L)
                .toList();
        return rest.size() <= wanted
                ? new Page<>(rest, "")
                : new Page<>(rest.subList(0, wanted), key.apply(rest.get(wanted - 1)));
    }

    /** Elements of a page for which that size was asked; 0 means the default. */
    static int size(int asked) {
        if (asked > MAX_SIZE || asked < 0) {
            throw Fault.invalid("page_size " + Integer.toUnsignedString(asked) + " (permitted: 0-" + MAX_SIZE + ")");
        }
        return asked == 0 ? DEFAULT_SIZE : asked;
    }
}
