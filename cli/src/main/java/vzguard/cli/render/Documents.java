package vzguard.cli.render;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * Messages as JSON and YAML: protobuf's JSON mapping with every key present (what is not there is null), 64-bit numbers as
 * numbers, and without the page token, since all pages are printed as one list. Protobuf's own JSON parsers read it back.
 */
public final class Documents {
    private static final Gson PRETTY = new GsonBuilder()
            .setPrettyPrinting()
            .serializeNulls()
            .disableHtmlEscaping()
            .create();
    private static final Gson COMPACT =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    private Documents() {}

    /** The document in the format, which is one of those for programs. Ends with a line end. */
    public static String render(JsonObject document, Format format) {
        return format == Format.YAML ? yaml(document) : PRETTY.toJson(document) + "\n";
    }

    /** On one line, with its end: for a stream of documents. */
    public static String line(JsonObject document) {
        return COMPACT.toJson(document) + "\n";
    }

    /** One document of a stream of them: a line of JSON, or a YAML document behind its separator. */
    public static String next(JsonObject document, Format format) {
        return format == Format.YAML ? "---\n" + yaml(document) : line(document);
    }

    public static JsonObject of(Message message) {
        try {
            String text = JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(message);
            JsonObject document = JsonParser.parseString(text).getAsJsonObject();
            complete(message, document);
            document.remove("nextPageToken");
            return document;
        } catch (InvalidProtocolBufferException e) {
            // Only for Any fields of unknown type, of which the contract has none.
            throw new IllegalStateException(e);
        }
    }

    /** An object with one list of messages. */
    public static JsonObject list(String name, List<? extends Message> messages) {
        JsonArray items = new JsonArray();
        messages.forEach(message -> items.add(of(message)));
        JsonObject document = new JsonObject();
        document.add(name, items);
        return document;
    }

    private static void complete(Message message, JsonObject document) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            String key = field.getJsonName();
            JsonElement value = document.get(key);
            if (value == null) {
                document.add(key, JsonNull.INSTANCE);
            } else if (field.getJavaType() == FieldDescriptor.JavaType.LONG && value instanceof JsonPrimitive number) {
                document.add(key, new JsonPrimitive(number.getAsLong()));
            } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isMapField()) {
                completeInside(message, field, value);
            }
        }
    }

    private static void completeInside(Message message, FieldDescriptor field, JsonElement value) {
        if (value instanceof JsonArray items) {
            for (int i = 0; i < items.size(); i++) {
                if (items.get(i) instanceof JsonObject item) {
                    complete((Message) message.getRepeatedField(field, i), item);
                }
            }
        } else if (value instanceof JsonObject inner) {
            complete((Message) message.getField(field), inner);
        }
    }

    private static String yaml(JsonObject document) {
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setWidth(Integer.MAX_VALUE)
                .build();
        return new Dump(settings).dumpToString(plain(document));
    }

    private static @Nullable Object plain(JsonElement element) {
        if (element instanceof JsonObject object) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            object.entrySet().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
            return map;
        }
        if (element instanceof JsonArray array) {
            List<@Nullable Object> list = new ArrayList<>();
            array.forEach(item -> list.add(plain(item)));
            return list;
        }
        if (element instanceof JsonPrimitive primitive) {
            if (primitive.isBoolean()) {
                return primitive.getAsBoolean();
            }
            return primitive.isNumber() ? (Object) primitive.getAsLong() : primitive.getAsString();
        }
        return null;
    }
}
