/** The story of the field report, told by the real thing: a fleet in trouble, diagnosed, cured by a policy, proven. */
@NullMarked
package vzguard.lab.demo;

import org.jspecify.annotations.NullMarked;
