/**
 * Proof that a guard acts: real connections from addresses made for the proof, in a network namespace that lives as long
 * as the proof. What cannot be tried is unproven, never passed.
 */
@NullMarked
package vzguard.agent.prove;

import org.jspecify.annotations.NullMarked;
