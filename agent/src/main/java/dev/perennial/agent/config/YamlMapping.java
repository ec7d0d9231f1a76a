package dev.perennial.agent.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A mapping of the file whose keys are taken one by one; what is left at the end is unknown. */
final class YamlMapping {
    private final Path file;
    private final Node node;
    private final String where;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Node> keys = new LinkedHashMap<>();

    YamlMapping(Path file, String where, Node node) throws ConfigException {
        this.file = file;
        this.node = node;
        this.where = where;
        if (!(node instanceof MappingNode mapping)) {
            throw wrong(node, where + " must be a mapping of keys to values");
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String key = scalar(tuple.getKeyNode(), "a key");
            if (values.put(key, tuple.getValueNode()) != null) {
                throw wrong(tuple.getKeyNode(), "key '" + key + "' stands twice in " + where);
            }
            keys.put(key, tuple.getKeyNode());
        }
    }

    /** The value of a key as text; null where the key is absent. */
    @Nullable
    String text(String key) throws ConfigException {
        Node value = take(key);
        return value == null ? null : scalar(value, "'" + key + "'");
    }

    String requiredText(String key) throws ConfigException {
        String value = text(key);
        if (value == null) {
            throw wrong(node, "key '" + key + "' is missing in " + where);
        }
        return value;
    }

    /** The elements of a key's list; empty where the key is absent. */
    List<Node> list(String key) throws ConfigException {
        Node value = take(key);
        return value == null ? List.of() : elements(value, "'" + key + "'");
    }

    List<String> texts(String key) throws ConfigException {
        return texts(list(key), "an element of '" + key + "'");
    }

    List<List<String>> argvs(String key) throws ConfigException {
        List<List<String>> argvs = new ArrayList<>();
        for (Node element : list(key)) {
            List<String> argv = texts(elements(element, "a command of '" + key + "'"), "an argument");
            if (argv.isEmpty() || argv.get(0).isEmpty()) {
                throw wrong(element, "a command of '" + key + "' is empty");
            }
            argvs.add(argv);
        }
        return argvs;
    }

    /** The mapping below a key; null where the key is absent. */
    @Nullable
    YamlMapping mapping(String key) throws ConfigException {
        Node value = take(key);
        return value == null ? null : new YamlMapping(file, "'" + key + "'", value);
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** Fails on the first key that nobody took. */
    void refuseUnknown() throws ConfigException {
        for (Map.Entry<String, Node> left : keys.entrySet()) {
            throw wrong(left.getValue(), "unknown key '" + left.getKey() + "' in " + where);
        }
    }

    ConfigException wrong(String message) {
        return wrong(node, message);
    }

    private @Nullable Node take(String key) {
        keys.remove(key);
        return values.get(key);
    }

    private List<String> texts(List<Node> nodes, String what) throws ConfigException {
        List<String> texts = new ArrayList<>();
        for (Node element : nodes) {
            texts.add(scalar(element, what));
        }
        return texts;
    }

    private List<Node> elements(Node value, String what) throws ConfigException {
        if (!(value instanceof SequenceNode sequence)) {
            throw wrong(value, what + " must be a list");
        }
        return sequence.getValue();
    }

    private String scalar(Node value, String what) throws ConfigException {
        if (!(value instanceof ScalarNode scalar) || Tag.NULL.equals(value.getTag())) {
            throw wrong(value, what + " must be text");
        }
        return scalar.getValue();
    }

    private ConfigException wrong(Node at, String message) {
        return new ConfigException(file + ":" + (at.getStartMark().getLine() + 1) + ": " + message);
    }
}
