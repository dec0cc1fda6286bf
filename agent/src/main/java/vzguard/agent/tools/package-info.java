/** One small class per program and per file format of an OpenVZ host. */
@NullMarked
package vzguard.agent.tools;

import org.jspecify.annotations.NullMarked;
