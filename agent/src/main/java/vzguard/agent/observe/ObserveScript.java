package vzguard.agent.observe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.agent.guard.ScratchChain;
import vzguard.agent.model.Evidence;

/**
 * The constant script that looks at a VE from inside, and the reader of what it prints. One exec per VE: on a host with
 * 120 VEs each further one costs seconds per sweep.
 */
public final class ObserveScript {
    private static final String TEXT = load();

    /** What is kept of its output: an {@code iptables-save} of thousands of rules. */
    public static final int OUTPUT_LIMIT = 1 << 20;

    /** Names of the matches that the script tries in a scratch chain, with the words it tries, as people are shown them. */
    public static final Map<String, String> TRIED = Map.of(
            "recent", "iptables -A VZG-TRY -m recent --rcheck --name VZGTRY",
            "state", "iptables -A VZG-TRY -m state --state NEW",
            "hashlimit", "iptables -A VZG-TRY -m limit --limit 10/sec -m hashlimit --hashlimit-above 1/min ...");

    private static final Pattern FRAME = Pattern.compile("@(begin|end|done) (\\S+)(?: (\\S+))?(?: (\\d{1,3}))?");

    private ObserveScript() {}

    /** The script, read by the VE's shell from its standard input; its experiment uses the given chain. */
    public static String text(ScratchChain chain) {
        return TEXT + "main " + chain.name() + " </dev/null\nexit 0\n";
    }

    /**
     * One part of the output.
     *
     * @param lines what was printed; control characters replaced
     * @param exit exit code of what ran
     */
    public record Section(List<String> lines, int exit) {
        public Section {
            lines = List.copyOf(lines);
        }

        public String text() {
            return String.join("\n", lines);
        }
    }

    /**
     * Everything that was understood.
     *
     * @param complete the script ran to its end
     */
    public record Output(Map<String, Section> sections, boolean complete) {
        public Output {
            sections = Map.copyOf(sections);
        }

        /** Empty when the section is not there. */
        public java.util.Optional<Section> section(String name) {
            return java.util.Optional.ofNullable(sections.get(name));
        }

        /** The text of a section whose program succeeded. */
        public java.util.Optional<String> textOf(String name) {
            return section(name).filter(section -> section.exit() == 0).map(Section::text);
        }

        public OptionalInt exitOf(String name) {
            return section(name).map(section -> OptionalInt.of(section.exit())).orElse(OptionalInt.empty());
        }
    }

    /**
     * Reads output that may be cut, garbled or made up: what is not framed is passed over.
     *
     * @param chain that of {@link #text}, which marks the frames
     */
    public static Output read(String printed, ScratchChain chain) {
        Map<String, Section> sections = new LinkedHashMap<>();
        List<String> lines = new java.util.ArrayList<>();
        String open = "";
        boolean complete = false;
        for (String line : printed.lines().toList()) {
            Matcher frame = FRAME.matcher(line);
            String what = frame.matches() && frame.group(2).equals(chain.name()) ? frame.group(1) : "";
            String name = what.isEmpty() || frame.group(3) == null ? "" : frame.group(3);
            if (what.equals("begin")) {
                open = name;
                lines.clear();
            } else if (what.equals("end") && name.equals(open) && frame.group(4) != null) {
                sections.putIfAbsent(open, new Section(lines, Integer.parseInt(frame.group(4))));
                open = "";
            } else if (what.equals("done")) {
                complete = true;
            } else if (!open.isEmpty()) {
                lines.add(Evidence.clean(line));
            }
        }
        return new Output(sections, complete);
    }

    private static String load() {
        try (InputStream stream = ObserveScript.class.getResourceAsStream("observe-ve.sh")) {
            if (stream == null) {
                throw new IllegalStateException("observe-ve.sh is missing from the agent's archive");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
