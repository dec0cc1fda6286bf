package vzguard.lab.simulated.shell;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Programs of a place that work on files: {@code cat tee ls readlink mkdir mv cp rm chmod touch}. */
public final class Utilities implements Programs {
    private static final String MISSING = "No such file or directory";

    private final PlaceFiles files;
    private final TextUtilities texts;

    public Utilities(PlaceFiles files) {
        this.files = files;
        this.texts = new TextUtilities(files);
    }

    @Override
    public Optional<Outcome> run(List<String> command, String stdin) {
        List<String> operands = command.stream()
                .skip(1)
                .filter(word -> !word.startsWith("-") || word.equals("-"))
                .toList();
        List<String> options = command.stream()
                .skip(1)
                .filter(word -> word.startsWith("-") && !word.equals("-"))
                .toList();
        return switch (command.get(0)) {
            case "cat" -> Optional.of(cat(operands, stdin));
            case "tee" -> Optional.of(tee(operands, options.contains("-a"), stdin));
            case "ls" -> Optional.of(ls(operands));
            case "readlink" ->
                Optional.of(files.link(String.join("", operands))
                        .map(to -> Outcome.printed(to + "\n"))
                        .orElse(Outcome.exit(1)));
            case "mkdir", "rm", "rmdir", "mv", "cp", "ln", "chmod", "touch" ->
                Optional.of(change(command.get(0), operands, String.join("", options)));
            default -> texts.run(command, stdin);
        };
    }

    private Outcome cat(List<String> operands, String stdin) {
        if (operands.isEmpty()) {
            return Outcome.printed(stdin);
        }
        StringBuilder out = new StringBuilder();
        List<String> errors = new ArrayList<>();
        for (String name : operands) {
            Optional<String> text = name.equals("-") ? Optional.of(stdin) : files.read(name);
            text.ifPresentOrElse(
                    out::append,
                    () -> errors.add("cat: " + name + ": " + (files.isDirectory(name) ? "Is a directory" : MISSING)));
        }
        return with(out.toString(), errors, 1);
    }

    private static Outcome with(String out, List<String> errors, int code) {
        return errors.isEmpty() ? Outcome.printed(out) : new Outcome(code, out, String.join("\n", errors) + "\n");
    }

    private Outcome tee(List<String> operands, boolean append, String stdin) {
        List<String> errors = new ArrayList<>();
        for (String name : operands) {
            files.write(name, stdin, append).ifPresent(error -> errors.add("tee: " + name + ": " + error));
        }
        return with(stdin, errors, 1);
    }

    private Outcome ls(List<String> operands) {
        StringBuilder out = new StringBuilder();
        List<String> errors = new ArrayList<>();
        for (String name : operands.isEmpty() ? List.of("/") : operands) {
            if (files.isDirectory(name)) {
                files.list(name).forEach(entry -> out.append(entry).append('\n'));
            } else if (files.exists(name)) {
                out.append(name).append('\n');
            } else {
                errors.add("ls: cannot access '" + name + "': " + MISSING);
            }
        }
        return with(out.toString(), errors, 2);
    }

    private Outcome change(String program, List<String> operands, String options) {
        List<String> errors = new ArrayList<>();
        try {
            if (List.of("mv", "cp", "ln").contains(program)) {
                twoNames(program, operands);
            } else {
                for (String name : program.equals("chmod") ? operands.subList(1, operands.size()) : operands) {
                    one(program, name, operands.get(0), options);
                }
            }
        } catch (FileAlreadyExistsException e) {
            errors.add(program + ": cannot create directory '" + operands.get(0) + "': File exists");
        } catch (NoSuchFileException e) {
            errors.add(program + ": cannot access '" + operands.get(operands.size() - 1) + "': " + MISSING);
        } catch (IOException | IndexOutOfBoundsException e) {
            errors.add(program + ": " + e.getMessage());
        }
        return with("", errors, 1);
    }

    private void twoNames(String program, List<String> operands) throws IOException {
        if (operands.size() != 2) {
            throw new IOException("two names are needed");
        }
        switch (program) {
            case "mv" -> files.move(operands.get(0), operands.get(1));
            case "ln" -> files.makeLink(operands.get(0), operands.get(1));
            default -> files.copy(operands.get(0), operands.get(1));
        }
    }

    private void one(String program, String name, String mode, String options) throws IOException {
        switch (program) {
            case "mkdir" -> {
                if (options.contains("p")) {
                    files.makeDirectories(name);
                } else {
                    files.makeDirectory(name);
                }
            }
            case "rm" -> {
                if (files.exists(name) || !options.contains("f")) {
                    files.delete(name, options.contains("r"));
                }
            }
            case "rmdir" -> files.delete(name, false);
            case "chmod" -> {
                if (mode.matches("[0-7]{3,4}")) {
                    files.setMode(name, mode.substring(mode.length() - 3));
                } else if (mode.endsWith("+x")) {
                    files.addExecute(name);
                } else {
                    throw new IOException("invalid mode: '" + mode + "'");
                }
            }
            default -> files.write(name, "", true);
        }
    }
}
