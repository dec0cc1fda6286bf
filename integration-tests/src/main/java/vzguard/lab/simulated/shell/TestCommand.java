package vzguard.lab.simulated.shell;

import java.util.ArrayList;
import java.util.List;

/** {@code test} and {@code [}: files, texts, numbers, {@code !}, {@code -a} and {@code -o}. */
final class TestCommand {
    private final PlaceFiles files;

    TestCommand(PlaceFiles files) {
        this.files = files;
    }

    boolean run(List<String> words) {
        int or = words.lastIndexOf("-o");
        if (or > 0) {
            return run(words.subList(0, or)) || run(words.subList(or + 1, words.size()));
        }
        int and = words.lastIndexOf("-a");
        if (and > 0) {
            return run(words.subList(0, and)) && run(words.subList(and + 1, words.size()));
        }
        List<String> left = new ArrayList<>(words);
        if (left.size() > 1 && left.get(0).equals("!")) {
            left.remove(0);
            return !run(left);
        }
        return switch (left.size()) {
            case 1 -> !left.get(0).isEmpty();
            case 2 -> unary(left.get(0), left.get(1));
            case 3 -> binary(left.get(0), left.get(1), left.get(2));
            default -> false;
        };
    }

    private boolean unary(String operator, String operand) {
        return switch (operator) {
            case "-n" -> !operand.isEmpty();
            case "-z" -> operand.isEmpty();
            case "-e" -> files.exists(operand);
            case "-d" -> files.isDirectory(operand);
            case "-f" -> files.exists(operand) && !files.isDirectory(operand);
            case "-r", "-w" -> files.exists(operand);
            case "-x" -> files.isDirectory(operand) || files.isExecutable(operand);
            case "-L", "-h" -> files.link(operand).isPresent();
            case "-s" -> files.read(operand).map(text -> !text.isEmpty()).orElse(false);
            default -> false;
        };
    }

    private static boolean binary(String left, String operator, String right) {
        return switch (operator) {
            case "=", "==" -> left.equals(right);
            case "!=" -> !left.equals(right);
            default -> numbers(left, operator, right);
        };
    }

    private static boolean numbers(String left, String operator, String right) {
        if (!left.matches("-?[0-9]{1,18}") || !right.matches("-?[0-9]{1,18}")) {
            return false;
        }
        int order = Long.compare(Long.parseLong(left), Long.parseLong(right));
        return switch (operator) {
            case "-eq" -> order == 0;
            case "-ne" -> order != 0;
            case "-lt" -> order < 0;
            case "-le" -> order <= 0;
            case "-gt" -> order > 0;
            case "-ge" -> order >= 0;
            default -> false;
        };
    }
}
