/**
 * What the real vzctl 4.11.1 printed, command by command, held against the labs. The transcripts are resources; one abstract
 * test replays them on any {@link vzguard.it.contract.TranscriptFloor}.
 */
@NullMarked
package vzguard.it.contract;

import org.jspecify.annotations.NullMarked;
