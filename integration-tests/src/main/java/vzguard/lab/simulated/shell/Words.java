package vzguard.lab.simulated.shell;

import java.util.ArrayList;
import java.util.List;

/** Words of a line of iptables-restore's input: blanks part them, quotation marks hold them together. */
public final class Words {
    private Words() {}

    public static List<String> ofRestoreLine(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        boolean started = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted && c == '\\' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
            } else if (c == '"') {
                quoted = !quoted;
                started = true;
            } else if (!quoted && (c == ' ' || c == '\t')) {
                if (started) {
                    words.add(word.toString());
                }
                word.setLength(0);
                started = false;
            } else {
                word.append(c);
                started = true;
            }
        }
        if (started) {
            words.add(word.toString());
        }
        return words;
    }
}
