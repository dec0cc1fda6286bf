package vzguard.policy;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The part of YAML that policies are written in: one document, no anchors, aliases or tags, no deep nesting. What one
 * reads in such a text is all there is to it, and no text of permitted size costs much to read.
 */
final class YamlText {
    static final int MOST_BYTES = 256 * 1024;
    /** A policy needs five; the library calls itself once per level when it builds the tree. */
    private static final int DEEPEST = 16;

    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setLabel("policy")
            // Found by Section, which sees all of them and not only the first.
            .setAllowDuplicateKeys(true)
            .setAllowNonScalarKeys(true)
            .setCodePointLimit(MOST_BYTES)
            .build();

    private final String text;
    private final Faults faults;

    private YamlText(String text, Faults faults) {
        this.text = text;
        this.faults = faults;
    }

    /** The root of the first document; empty, with at least one fault, when there is no tree to look at. */
    static Optional<Node> read(String text, Faults faults) {
        return new YamlText(text, faults).read();
    }

    private Optional<Node> read() {
        if (text.length() > MOST_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            faults.add(Optional.empty(), "", "the text is larger than 256 KiB");
            return Optional.empty();
        }
        try {
            if (!isShallow()) {
                return Optional.empty();
            }
            Iterator<Node> documents =
                    new Compose(SETTINGS).composeAllFromString(text).iterator();
            if (documents.hasNext()) {
                return Optional.of(documents.next());
            }
            faults.add(Optional.empty(), "", "the text is empty (expected a policy: apiVersion, kind, metadata, spec)");
        } catch (MarkedYamlEngineException syntax) {
            faults.add(
                    syntax.getProblemMark().or(syntax::getContextMark), "", "this is no YAML: " + syntax.getProblem());
        } catch (ReaderException character) {
            faults.add(
                    Optional.of(markAt(character.getPosition())),
                    "",
                    String.format("the character U+%04X is not permitted in YAML", character.getCodePoint()));
        } catch (YamlVersionException version) {
            faults.add(Optional.empty(), "", "this version of YAML is not permitted (1.1, 1.2, or no %YAML line)");
        } catch (IllegalArgumentException escape) {
            // The library lets it pass: "\\x" without digits, "\\U" of no character.
            faults.add(Optional.empty(), "", "this is no YAML: an escape in a quoted text names no character");
        } catch (YamlEngineException other) {
            faults.add(Optional.empty(), "", "this is no YAML: " + other.getMessage());
        }
        return Optional.empty();
    }

    /** Looks at the whole text without building anything; only too deep nesting makes it unfit to be built. */
    private boolean isShallow() {
        int documents = 0;
        int depth = 0;
        for (Event event : new Parse(SETTINGS).parseString(text)) {
            if (event instanceof DocumentStartEvent && ++documents == 2) {
                faults.add(event.getStartMark(), "", "a second document starts here (permitted: one policy per text)");
            }
            if (event instanceof CollectionStartEvent && ++depth > DEEPEST) {
                faults.add(event.getStartMark(), "", "nested too deeply (at most " + DEEPEST + " levels)");
                return false;
            }
            if (event instanceof CollectionEndEvent) {
                depth--;
            }
            refuseIndirection(event);
        }
        return true;
    }

    private void refuseIndirection(Event event) {
        if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            String kind = event instanceof AliasEvent ? "alias *" : "anchor &";
            faults.add(
                    event.getStartMark(),
                    "",
                    kind + node.getAnchor().get() + " is not permitted (write the value where it belongs)");
        }
        Optional<String> tag = event instanceof ScalarEvent scalar
                ? scalar.getTag()
                : event instanceof CollectionStartEvent collection ? collection.getTag() : Optional.empty();
        tag.ifPresent(name -> faults.add(event.getStartMark(), "", "the tag " + name + " is not permitted"));
    }

    /** The library says where such a character is only by its index. */
    private Mark markAt(int index) {
        int line = 0;
        int column = 0;
        int[] points = text.codePoints().limit(Math.max(0, index)).toArray();
        for (int point : points) {
            line += point == '\n' ? 1 : 0;
            column = point == '\n' ? 0 : column + 1;
        }
        return new Mark("policy", index, line, column, new int[0], 0);
    }
}
