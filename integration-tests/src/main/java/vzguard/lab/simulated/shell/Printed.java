package vzguard.lab.simulated.shell;

/** What commands have printed so far. */
final class Printed {
    final StringBuilder out = new StringBuilder();
    final StringBuilder err = new StringBuilder();

    void add(Outcome outcome) {
        out.append(outcome.out());
        err.append(outcome.err());
    }
}
