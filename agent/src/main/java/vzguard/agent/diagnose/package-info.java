/** What is wrong with a place, decided by facts, with the words that programs printed as evidence only. */
@NullMarked
package vzguard.agent.diagnose;

import org.jspecify.annotations.NullMarked;
