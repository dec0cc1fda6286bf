/** Carrying out plans step by step: check, do, read back, undo on failure. */
@NullMarked
package vzguard.agent.apply;

import org.jspecify.annotations.NullMarked;
