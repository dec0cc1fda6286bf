package vzguard.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import vzguard.values.Quoted;

/**
 * One mapping of a policy's text, with the keys that are permitted in it. Reading never stops: what cannot be read is
 * added to the faults, with its place, and the fallback is returned. A section that is not there reads as all
 * fallbacks.
 */
final class Section {
    private final Faults faults;
    private final String path;
    private final Optional<Mark> place;
    private final boolean isPresent;
    private final Map<String, Node> values = new LinkedHashMap<>();

    private Section(Faults faults, String path, Optional<Mark> place, boolean isPresent) {
        this.faults = faults;
        this.path = path;
        this.place = place;
        this.isPresent = isPresent;
    }

    static Section root(Faults faults, Node node, List<String> permitted) {
        return of(faults, "", node, permitted);
    }

    private static Section of(Faults faults, String path, Node node, List<String> permitted) {
        if (node instanceof MappingNode mapping) {
            Section section = new Section(faults, path, node.getStartMark(), true);
            mapping.getValue().forEach(entry -> section.enter(entry, permitted));
            return section;
        }
        faults.add(
                node.getStartMark(),
                path,
                "expected a section with keys, not " + kind(node) + " (permitted keys: " + String.join(", ", permitted)
                        + ")");
        return new Section(faults, path, node.getStartMark(), false);
    }

    private void enter(NodeTuple entry, List<String> permitted) {
        Node keyNode = entry.getKeyNode();
        String list = "(permitted: " + String.join(", ", permitted) + ")";
        if (!(keyNode instanceof ScalarNode scalar)) {
            faults.add(keyNode.getStartMark(), path, "expected a key, not " + kind(keyNode) + " " + list);
            return;
        }
        String key = scalar.getValue();
        if (!permitted.contains(key)) {
            String guess = Words.nearest(key, permitted)
                    .map(near -> "; did you mean " + Quoted.of(near) + "?")
                    .orElse("");
            faults.add(keyNode.getStartMark(), pathOf(Quoted.cut(key)), "unknown key " + list + guess);
        } else if (values.putIfAbsent(key, entry.getValueNode()) != null) {
            faults.add(keyNode.getStartMark(), pathOf(key), "the key is there twice");
        }
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** A section within this one; {@code required} says whether its absence is a fault. */
    Section section(String key, boolean required, List<String> permitted) {
        Node node = values.get(key);
        if (node == null) {
            if (required) {
                missing(key);
            }
            return new Section(faults, pathOf(key), place, false);
        }
        return of(faults, pathOf(key), node, permitted);
    }

    /** One value that must be there. */
    <T> T required(String key, T fallback, Scalar<T> scalar) {
        if (!has(key)) {
            missing(key);
        }
        return one(key, fallback, scalar);
    }

    /** One value; without it the fallback. */
    <T> T one(String key, T fallback, Scalar<T> scalar) {
        Node node = values.get(key);
        return node == null ? fallback : read(pathOf(key), node, scalar).orElse(fallback);
    }

    /**
     * A list of values, each there once; without it the fallback.
     *
     * @param whole judges the list when each of its values could be read
     */
    <E, T> T list(String key, T fallback, Scalar<E> scalar, Function<List<E>, T> whole) {
        Node node = values.get(key);
        if (node == null) {
            return fallback;
        }
        if (!(node instanceof SequenceNode sequence)) {
            faults.add(node.getStartMark(), pathOf(key), "expected a list, as [a, b], not " + kind(node));
            return fallback;
        }
        List<E> all = new ArrayList<>();
        Set<E> seen = new HashSet<>();
        boolean faultless = true;
        for (int index = 0; index < sequence.getValue().size(); index++) {
            Node item = sequence.getValue().get(index);
            String itemPath = pathOf(key) + "[" + index + "]";
            Optional<E> value = read(itemPath, item, scalar);
            if (value.isPresent() && !seen.add(value.get())) {
                faults.add(item.getStartMark(), itemPath, kind(item) + " is there twice");
                value = Optional.empty();
            }
            value.ifPresent(all::add);
            faultless &= value.isPresent();
        }
        if (!faultless) {
            return fallback;
        }
        try {
            return whole.apply(all);
        } catch (IllegalArgumentException fault) {
            faults.add(node.getStartMark(), pathOf(key), String.valueOf(fault.getMessage()));
            return fallback;
        }
    }

    /**
     * A value that is judged by others beside it.
     *
     * @param key whose place a fault has; where the key is not there, the section's
     */
    <T> T judged(String key, T fallback, Supplier<T> judgement) {
        try {
            return judgement.get();
        } catch (IllegalArgumentException fault) {
            Node node = values.get(key);
            faults.add(node == null ? place : node.getStartMark(), pathOf(key), String.valueOf(fault.getMessage()));
            return fallback;
        }
    }

    private <T> Optional<T> read(String valuePath, Node node, Scalar<T> scalar) {
        if (!(node instanceof ScalarNode value)) {
            faults.add(node.getStartMark(), valuePath, "expected one value, not " + kind(node));
            return Optional.empty();
        }
        if (Scalar.isNothing(value)) {
            faults.add(node.getStartMark(), valuePath, "has no value (to get the default, leave it out)");
            return Optional.empty();
        }
        try {
            return Optional.of(scalar.read(value));
        } catch (IllegalArgumentException fault) {
            faults.add(node.getStartMark(), valuePath, String.valueOf(fault.getMessage()));
            return Optional.empty();
        }
    }

    private void missing(String key) {
        // Below a section that is missing itself there is nothing more to say.
        if (isPresent) {
            faults.add(place, pathOf(key), "is missing");
        }
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String kind(Node node) {
        if (node instanceof MappingNode) {
            return "a section";
        }
        if (node instanceof SequenceNode) {
            return "a list";
        }
        return node instanceof ScalarNode scalar && !Scalar.isNothing(scalar)
                ? "the value " + Quoted.of(scalar.getValue())
                : "nothing";
    }
}
