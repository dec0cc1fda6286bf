package vzguard.values;

/** Text that somebody wrote, as a message repeats it. */
public final class Quoted {
    private static final int LONGEST = 60;

    private Quoted() {}

    /** The text in quotation marks; of a long one the first 60 characters, so that the rest of the message is seen. */
    public static String of(String text) {
        return "\"" + cut(text) + "\"";
    }

    /** The text, or its first 60 characters and three dots. */
    public static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "...";
    }
}
