/** The policy as operators write it: records, parser, validation. Pure: no I/O, no clock. */
@NullMarked
package vzguard.policy;

import org.jspecify.annotations.NullMarked;
