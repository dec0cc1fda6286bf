/** The agent on every generation of OpenVZ, and on hosts in every trouble, in memory. */
@NullMarked
package vzguard.it.generations;

import org.jspecify.annotations.NullMarked;
