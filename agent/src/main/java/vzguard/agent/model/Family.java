package vzguard.agent.model;

/** Address family: each has its own rules, programs and lists. */
public enum Family {
    V4(4, "iptables"),
    V6(6, "ip6tables");

    private final int number;
    private final String program;

    Family(int number, String program) {
        this.number = number;
        this.program = program;
    }

    /** 4 or 6. */
    public int number() {
        return number;
    }

    /** {@code iptables} or {@code ip6tables}. */
    public String program() {
        return program;
    }
}
