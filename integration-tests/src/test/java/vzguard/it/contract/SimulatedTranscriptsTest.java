package vzguard.it.contract;

/** The simulated lab against the transcripts. */
class SimulatedTranscriptsTest extends TranscriptContract {
    @Override
    TranscriptFloor freshFloor() {
        return new SimulatedTranscriptFloor();
    }
}
