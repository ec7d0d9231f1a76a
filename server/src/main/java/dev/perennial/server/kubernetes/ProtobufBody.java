package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * An object in upstream's Protocol Buffers: four octets, then an envelope with the names of its type and the object
 * itself. It becomes the tree that its JSON would be, and nothing else here knows of it.
 */
final class ProtobufBody {
    static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

    /** Of the year 9999. */
    private static final long LAST_SECOND = 253_402_300_799L;

    private static final byte[] MAGIC = {'k', '8', 's', 0};

    private ProtobufBody() {}

    /** @throws ProblemException malformed where it is none, or of a type that is not taken here */
    static ObjectNode read(byte[] body) {
        if (body.length < MAGIC.length || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw malformed("the body does not begin as an object of Kubernetes in Protocol Buffers");
        }
        try {
            Message envelope = new Message(UnknownFieldSet.parseFrom(Arrays.copyOfRange(body, 4, body.length)));
            Message type = envelope.message(1);
            String kind = type.text(2);
            ObjectNode object = JsonNodeFactory.instance
                    .objectNode()
                    .put("apiVersion", type.text(1))
                    .put("kind", kind);
            Message raw = envelope.message(2);
            switch (kind) {
                case Group.KIND -> signingRequest(raw, object);
                case AccessReviews.KIND -> accessReview(raw, object);
                case "DeleteOptions" -> deleteOptions(raw, object);
                default -> throw malformed("an object of the kind " + Group.KIND + " is expected");
            }
            return object;
        } catch (InvalidProtocolBufferException e) {
            throw malformed("the body is no object in Protocol Buffers");
        }
    }

    private static ProblemException malformed(String detail) {
        return ProblemException.of(ProblemType.MALFORMED, detail);
    }

    /** The fields' numbers are those of {@code k8s.io/api/certificates/v1} and {@code apimachinery/pkg/apis/meta/v1}. */
    private static void signingRequest(Message message, ObjectNode object) throws InvalidProtocolBufferException {
        Message metadata = message.message(1);
        ObjectNode said = object.putObject("metadata");
        put(said, "name", metadata.text(1));
        put(said, "generateName", metadata.text(2));
        put(said, "uid", metadata.text(5));
        put(said, "resourceVersion", metadata.text(6));
        putMap(said, "labels", metadata.all(11));
        putMap(said, "annotations", metadata.all(12));
        putTexts(said, "finalizers", metadata.all(14));
        spec(message.message(2), object.putObject("spec"));
        status(message.message(3), object.putObject("status"));
    }

    private static void spec(Message message, ObjectNode spec) {
        putOctets(spec, "request", message.last(1));
        putTexts(spec, "usages", message.all(5));
        put(spec, "signerName", message.text(7));
        List<Long> seconds = message.fields().getField(8).getVarintList();
        if (!seconds.isEmpty()) {
            spec.put("expirationSeconds", seconds.get(seconds.size() - 1).intValue());
        }
    }

    private static void status(Message message, ObjectNode status) throws InvalidProtocolBufferException {
        for (ByteString one : message.all(1)) {
            Message condition = Message.of(one);
            ObjectNode said = status.withArray("conditions").addObject();
            put(said, "type", condition.text(1));
            put(said, "status", condition.text(6));
            put(said, "reason", condition.text(2));
            put(said, "message", condition.text(3));
            putTime(said, "lastUpdateTime", condition.message(4));
            putTime(said, "lastTransitionTime", condition.message(5));
        }
        putOctets(status, "certificate", message.last(2));
    }

    private static void put(ObjectNode object, String field, String text) {
        if (!text.isEmpty()) {
            object.put(field, text);
        }
    }

    private static void putOctets(ObjectNode object, String field, ByteString octets) {
        if (!octets.isEmpty()) {
            object.put(field, Base64.getEncoder().encodeToString(octets.toByteArray()));
        }
    }

    private static void putTexts(ObjectNode object, String field, List<ByteString> texts) {
        if (!texts.isEmpty()) {
            ArrayNode array = object.putArray(field);
            texts.forEach(text -> array.add(text.toString(StandardCharsets.UTF_8)));
        }
    }

    private static void putMap(ObjectNode object, String field, List<ByteString> entries)
            throws InvalidProtocolBufferException {
        for (ByteString one : entries) {
            Message entry = Message.of(one);
            object.withObject("/" + field).put(entry.text(1), entry.text(2));
        }
    }

    /** Whole seconds; the time that is no time is not said. */
    private static void putTime(ObjectNode object, String field, Message time) {
        List<Long> seconds = time.fields().getField(1).getVarintList();
        if (!seconds.isEmpty() && seconds.get(0) >= 0 && seconds.get(0) <= LAST_SECOND) {
            object.put(field, Instant.ofEpochSecond(seconds.get(0)).toString());
        }
    }

    /** Those of {@code k8s.io/api/authorization/v1}. */
    private static void accessReview(Message message, ObjectNode object) throws InvalidProtocolBufferException {
        Message attributes = message.message(2).message(1);
        object.putObject("spec")
                .putObject("resourceAttributes")
                .put("verb", attributes.text(2))
                .put("group", attributes.text(3))
                .put("resource", attributes.text(5))
                .put("subresource", attributes.text(6))
                .put("name", attributes.text(7));
    }

    /** Those of {@code apimachinery/pkg/apis/meta/v1}. */
    private static void deleteOptions(Message message, ObjectNode object) throws InvalidProtocolBufferException {
        Message seen = message.message(2);
        ObjectNode preconditions = object.putObject("preconditions");
        put(preconditions, "uid", seen.text(1));
        put(preconditions, "resourceVersion", seen.text(2));
        putTexts(object, "dryRun", message.all(5));
    }

    /** One message, by its fields' numbers; a field that is not there is empty, as in the format itself. */
    private record Message(UnknownFieldSet fields) {
        static Message of(ByteString octets) throws InvalidProtocolBufferException {
            return new Message(UnknownFieldSet.parseFrom(octets));
        }

        List<ByteString> all(int number) {
            return fields.getField(number).getLengthDelimitedList();
        }

        ByteString last(int number) {
            List<ByteString> all = all(number);
            return all.isEmpty() ? ByteString.EMPTY : all.get(all.size() - 1);
        }

        String text(int number) {
            return last(number).toString(StandardCharsets.UTF_8);
        }

        Message message(int number) throws InvalidProtocolBufferException {
            return of(last(number));
        }
    }
}
