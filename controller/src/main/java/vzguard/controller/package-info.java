/** The controller of a fleet: wiring, flags, signals. */
@NullMarked
package vzguard.controller;

import org.jspecify.annotations.NullMarked;
