package vzguard.wire;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a newer sender put into a message and this version does not know: fields, and values of enums. Protobuf passes over both
 * without a word, so that a request "apply, but only look" would be carried out without the look. Whoever acts on a message asks
 * here first, and refuses by these names. Pure.
 */
public final class UnknownParts {
    private UnknownParts() {}

    /** Names by path, "apply.field 23" or "action value 9"; empty when all is known. */
    public static List<String> of(Message message) {
        List<String> found = new ArrayList<>();
        look("", message, found);
        return found;
    }

    private static void look(String path, Message message, List<String> found) {
        message.getUnknownFields().asMap().keySet().forEach(number -> found.add(path + "field " + number));
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            String name = path + field.getKey().getName();
            if (field.getValue() instanceof List<?> values) {
                for (int index = 0; index < values.size(); index++) {
                    value(name + "[" + index + "]", values.get(index), found);
                }
            } else {
                value(name, field.getValue(), found);
            }
        }
    }

    private static void value(String name, Object value, List<String> found) {
        if (value instanceof Message inner) {
            look(name + ".", inner, found);
        } else if (value instanceof EnumValueDescriptor constant && constant.getIndex() < 0) {
            // Such a value has a number, and no place among those of its enum.
            found.add(name + " value " + constant.getNumber());
        }
    }
}
