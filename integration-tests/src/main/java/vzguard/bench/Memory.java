package vzguard.bench;

/** What a server holds. The resident part is read first: a full collection may give some of it back. */
record Memory(double residentKib, double heapKib) {
    static Memory of(ServerProcess server) {
        double resident = server.residentKib();
        return new Memory(resident, server.liveHeapKib());
    }
}
