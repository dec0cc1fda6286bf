package vzguard.bench;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * One thing measured.
 *
 * @param unit of value, raw and limit
 * @param raw the same of the bare loop, in the same run
 * @param mostRatio value may be so many times raw
 * @param most value may be so much
 */
record Figure(
        String name, String unit, double value, OptionalDouble raw, OptionalDouble mostRatio, OptionalDouble most) {
    static Figure of(String name, String unit, double value) {
        return new Figure(name, unit, value, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
    }

    Figure besideRaw(double measured) {
        return new Figure(name, unit, value, OptionalDouble.of(measured), mostRatio, most);
    }

    Figure atMostTimes(double ratio) {
        return new Figure(name, unit, value, raw, OptionalDouble.of(ratio), most);
    }

    Figure atMost(double limit) {
        return new Figure(name, unit, value, raw, mostRatio, OptionalDouble.of(limit));
    }

    OptionalDouble ratio() {
        return raw.isPresent() && raw.getAsDouble() > 0
                ? OptionalDouble.of(value / raw.getAsDouble())
                : OptionalDouble.empty();
    }

    boolean hasGoal() {
        return mostRatio.isPresent() || most.isPresent();
    }

    /** Every limit that it has is kept. */
    boolean isMet() {
        boolean inRatio = mostRatio.isEmpty() || ratio().orElse(0) <= mostRatio.getAsDouble();
        return inRatio && (most.isEmpty() || value <= most.getAsDouble());
    }

    /** The middle one of what was measured several times; of an even number the mean of the two in the middle. */
    static double median(List<Double> measured) {
        double[] sorted = measured.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
