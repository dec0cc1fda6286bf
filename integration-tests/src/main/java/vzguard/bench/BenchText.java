package vzguard.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Figures as a table for people and a document for programs. */
final class BenchText {
    private static final Gson PRETTY =
            new GsonBuilder().setPrettyPrinting().serializeNulls().create();

    private BenchText() {}

    /** @param base what stands beside the figures */
    static String table(String base, List<Figure> figures) {
        StringBuilder table = new StringBuilder(line("FIGURE", "VALUE", base, "RATIO", "GOAL", ""));
        for (Figure figure : figures) {
            table.append(line(
                    figure.name(),
                    number(figure.value()) + " " + figure.unit(),
                    figure.raw().isPresent() ? number(figure.raw().getAsDouble()) + " " + figure.unit() : "-",
                    figure.ratio().isPresent()
                            ? String.format(Locale.ROOT, "%.2fx", figure.ratio().getAsDouble())
                            : "-",
                    goal(figure),
                    figure.hasGoal() ? (figure.isMet() ? "met" : "MISSED") : ""));
        }
        return table.toString();
    }

    private static String line(String name, String value, String raw, String ratio, String goal, String met) {
        return String.format(Locale.ROOT, "%-32s %11s %11s %7s %7s %s", name, value, raw, ratio, goal, met)
                        .stripTrailing()
                + "\n";
    }

    private static String goal(Figure figure) {
        if (figure.mostRatio().isPresent()) {
            return "<=" + trimmed(figure.mostRatio().getAsDouble()) + "x";
        }
        return figure.most().isPresent() ? "<=" + trimmed(figure.most().getAsDouble()) : "";
    }

    static String trimmed(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 1 ? "%.1f" : "%.3f", value);
    }

    static String json(int agents, int ves, List<Figure> figures) {
        JsonObject document = new JsonObject();
        document.addProperty("agents", agents);
        document.addProperty("vesPerHost", ves);
        document.addProperty("processors", Runtime.getRuntime().availableProcessors());
        document.addProperty("java", System.getProperty("java.vm.version"));
        document.addProperty("system", System.getProperty("os.version"));
        JsonArray list = new JsonArray();
        for (Figure figure : figures) {
            JsonObject one = new JsonObject();
            one.addProperty("name", figure.name());
            one.addProperty("unit", figure.unit());
            one.addProperty("value", figure.value());
            add(one, "bareLoop", figure.raw());
            add(one, "ratio", figure.ratio());
            add(one, "mostRatio", figure.mostRatio());
            add(one, "most", figure.most());
            if (figure.hasGoal()) {
                one.addProperty("met", figure.isMet());
            } else {
                one.add("met", JsonNull.INSTANCE);
            }
            list.add(one);
        }
        document.add("figures", list);
        return PRETTY.toJson(document) + "\n";
    }

    private static void add(JsonObject object, String name, OptionalDouble value) {
        if (value.isPresent()) {
            object.addProperty(name, value.getAsDouble());
        } else {
            object.add(name, JsonNull.INSTANCE);
        }
    }
}
