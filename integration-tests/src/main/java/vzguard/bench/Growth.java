package vzguard.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/** The same figures for fleets of several sizes: how cost grows. Pure. */
final class Growth {
    private static final List<String> SHOWN = List.of(
            "connect, controller CPU an agent",
            "live heap an agent",
            "idle, share of a core",
            "guard of all VEs, CPU each",
            "no-op job, controller CPU each",
            "no-op job to all, durable",
            "all back after kill -9",
            "status",
            "policy stored, targets counted");

    private static final List<String> COLOURS =
            List.of("#1b6ca8", "#c0392b", "#27864b", "#8e44ad", "#b9770e", "#34495e", "#0e7c7b", "#a04000", "#5d6d7e");

    private static final int WIDTH = 760;
    private static final int HEIGHT = 420;
    private static final int LEFT = 60;
    private static final int RIGHT = 300;
    private static final int TOP = 30;
    private static final int BOTTOM = 50;

    private Growth() {}

    /** A line per figure, a column per size. */
    static String table(SortedMap<Integer, List<Figure>> runs) {
        StringBuilder table = new StringBuilder(String.format("%-38s", "FIGURE"));
        runs.keySet().forEach(size -> table.append(String.format(Locale.ROOT, " %12s", size)));
        table.append('\n');
        for (String name : SHOWN) {
            table.append(String.format("%-38s", name));
            runs.values().forEach(figures -> table.append(String.format(Locale.ROOT, " %12s", text(figures, name))));
            table.append('\n');
        }
        return table.toString();
    }

    private static String text(List<Figure> figures, String name) {
        return figures.stream()
                .filter(figure -> figure.name().equals(name))
                .map(figure -> BenchText.number(figure.value()) + " " + figure.unit())
                .findFirst()
                .orElse("-");
    }

    /** An SVG: both axes logarithmic, each figure relative to what it is in the smallest fleet, so that flat is good. */
    static String plot(SortedMap<Integer, List<Figure>> runs) {
        List<Integer> sizes = List.copyOf(runs.keySet());
        StringBuilder svg = new StringBuilder(String.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">%n",
                WIDTH, HEIGHT));
        svg.append(text(LEFT, 18, "#222", "Cost against the smallest fleet (both axes logarithmic)"));
        for (int size : sizes) {
            svg.append(text(x(size, sizes) - 15, HEIGHT - 25, "#222", Integer.toString(size)));
        }
        svg.append(text(LEFT + 120, HEIGHT - 5, "#222", "agents"));
        for (double factor : new double[] {0.1, 1, 10, 100}) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" y1=\"%.0f\" x2=\"%d\" y2=\"%.0f\" stroke=\"#ddd\"/>%n",
                    LEFT,
                    y(factor),
                    WIDTH - RIGHT,
                    y(factor)));
            svg.append(text(LEFT - 45, (int) y(factor) + 4, "#222", BenchText.trimmed(factor) + "x"));
        }
        for (int index = 0; index < SHOWN.size(); index++) {
            String name = SHOWN.get(index);
            List<Double> values = new ArrayList<>();
            runs.values()
                    .forEach(figures -> figures.stream()
                            .filter(figure -> figure.name().equals(name))
                            .forEach(figure -> values.add(figure.value())));
            if (values.size() == sizes.size() && values.get(0) > 0) {
                svg.append(line(values, sizes, COLOURS.get(index)));
                svg.append(text(WIDTH - RIGHT + 15, TOP + 20 + 22 * index, COLOURS.get(index), name));
            }
        }
        return svg.append("</svg>\n").toString();
    }

    private static String line(List<Double> values, List<Integer> sizes, String colour) {
        StringBuilder points = new StringBuilder();
        for (int index = 0; index < sizes.size(); index++) {
            points.append(String.format(
                    Locale.ROOT, "%d,%.0f ", x(sizes.get(index), sizes), y(values.get(index) / values.get(0))));
        }
        return "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"" + colour + "\" points=\""
                + points.toString().strip() + "\"/>\n";
    }

    private static int x(int size, List<Integer> sizes) {
        double first = Math.log10(sizes.get(0));
        double last = Math.log10(sizes.get(sizes.size() - 1));
        double share = last == first ? 0 : (Math.log10(size) - first) / (last - first);
        return (int) Math.round(LEFT + share * (WIDTH - RIGHT - LEFT));
    }

    /** From a tenth at the bottom to a hundredfold at the top. */
    private static double y(double factor) {
        double share = (Math.log10(Math.max(0.1, Math.min(100, factor))) + 1) / 3;
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
    }

    private static String text(int x, int y, String colour, String words) {
        return "<text x=\"" + x + "\" y=\"" + y + "\" fill=\"" + colour + "\">" + words + "</text>\n";
    }
}
