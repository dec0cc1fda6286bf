package vzguard.policy;

import java.util.regex.Pattern;
import vzguard.values.Quoted;

/** The whole numbers from {@code least} to {@code most}, both permitted. */
record Range(int least, int most) {
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,18}");

    /** @throws IllegalArgumentException naming the range */
    int check(long number) {
        if (number < least || number > most) {
            throw refused(Long.toString(number));
        }
        return (int) number;
    }

    /**
     * Reads the digits of a whole number of any length.
     *
     * @throws IllegalArgumentException naming the range
     */
    int read(String digits) {
        if (!NUMBER.matcher(digits).matches()) {
            throw refused(Quoted.cut(digits));
        }
        return check(Long.parseLong(digits));
    }

    private IllegalArgumentException refused(String number) {
        return new IllegalArgumentException(number + " is not permitted (" + this + ")");
    }

    @Override
    public String toString() {
        return least + "-" + most;
    }
}
