package vzguard.it.contract;

/** The simulated lab against the transcripts. */
class SimulatedTranscriptsTest extends TranscriptContract {
    @Override
    FloorKind kind() {
        return FloorKind.SIMULATED;
    }

    @Override
    int floorsAtOnce() {
        return 1;
    }

    @Override
    TranscriptFloor freshFloor() {
        return new SimulatedTranscriptFloor();
    }
}
