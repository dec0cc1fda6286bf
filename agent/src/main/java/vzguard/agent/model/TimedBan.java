package vzguard.agent.model;

import java.time.Instant;
import vzguard.values.BanAddress;

/**
 * A ban that a guard made by itself, as seen in the kernel.
 *
 * @param list in which it stands
 * @param until when it ends if the address stays away
 */
public record TimedBan(String list, BanAddress address, Instant until) {}
