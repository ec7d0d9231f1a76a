package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/** Objects of the right shape in which one thing after another is something else, and objects of no shape at all. */
final class OddObjects {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> NAMES = List.of(
            "metadata",
            "spec",
            "status",
            "labels",
            "finalizers",
            "ownerReferences",
            "conditions",
            "type",
            "status",
            "usages",
            "request",
            "certificate",
            "uid",
            "$patch",
            "$retainKeys",
            "$deleteFromPrimitiveList/finalizers",
            "op",
            "path",
            "value",
            "from",
            "");

    private OddObjects() {}

    static List<ObjectNode> all() {
        List<ObjectNode> all = new ArrayList<>();
        ObjectNode sound = TestObjects.stored(TestObjects.condition("Approved", ""));
        sound.withObject("/metadata").putArray("ownerReferences").addObject().put("uid", "1");
        for (JsonNode odd : oddities()) {
            replaced(sound, odd, all);
        }
        // Always the same ones: what fails once has to fail again.
        Random random = new Random(20_260_301);
        for (int i = 0; i < 200; i++) {
            all.add((ObjectNode) tree(random, 5));
        }
        return all;
    }

    static List<String> bodies() {
        List<String> bodies = new ArrayList<>(List.of("", "null", "[]", "[null]", "{}", "1e999999", "\"", "{\"a\":"));
        Random random = new Random(7);
        for (int i = 0; i < 40; i++) {
            ObjectNode tree = (ObjectNode) tree(random, 4);
            bodies.add(tree.toString());
            bodies.add(NODES.arrayNode().add(tree).toString());
        }
        return bodies;
    }

    private static List<JsonNode> oddities() {
        JsonNode deep = NODES.textNode("x");
        for (int i = 0; i < 500; i++) {
            deep = i % 2 == 0 ? NODES.arrayNode().add(deep) : NODES.objectNode().set("a", deep);
        }
        return List.of(
                NODES.nullNode(),
                NODES.numberNode(-1),
                NODES.numberNode(1e300),
                NODES.booleanNode(true),
                NODES.textNode(""),
                NODES.textNode("/%\u0000\ud800"),
                NODES.arrayNode().addNull().add(1).add("x").add("x"),
                NODES.objectNode().putNull("a").put("b", 1),
                deep);
    }

    /** The object with each of its values in turn replaced. */
    private static void replaced(ObjectNode object, JsonNode odd, List<ObjectNode> all) {
        for (String pointer : pointers("", object)) {
            ObjectNode copy = object.deepCopy();
            int last = pointer.lastIndexOf('/');
            JsonNode parent = copy.at(pointer.substring(0, last));
            String name = pointer.substring(last + 1);
            if (parent instanceof ObjectNode fields) {
                fields.set(name, odd);
            } else if (parent instanceof ArrayNode list) {
                list.set(Integer.parseInt(name), odd);
            }
            all.add(copy);
        }
    }

    private static List<String> pointers(String path, JsonNode node) {
        List<String> pointers = new ArrayList<>();
        Iterator<String> names = node.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            pointers.add(path + "/" + name);
            pointers.addAll(pointers(path + "/" + name, node.path(name)));
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            pointers.add(path + "/" + i);
            pointers.addAll(pointers(path + "/" + i, node.path(i)));
        }
        return pointers;
    }

    private static JsonNode tree(Random random, int depth) {
        ObjectNode object = NODES.objectNode();
        for (int i = random.nextInt(5); i >= 0; i--) {
            object.set(NAMES.get(random.nextInt(NAMES.size())), value(random, depth - 1));
        }
        return object;
    }

    private static JsonNode value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 4)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.numberNode(random.nextInt());
            case 2 ->
                NODES.textNode(List.of("", "x", "replace", "delete", "add", "move", "/spec/a", "True")
                        .get(random.nextInt(8)));
            case 3 -> NODES.booleanNode(random.nextBoolean());
            case 4, 5 -> {
                ArrayNode list = NODES.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(value(random, depth - 1));
                }
                yield list;
            }
            default -> tree(random, depth);
        };
    }
}
