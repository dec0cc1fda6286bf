/**
 * Controllers, agents, the network between them, their disks, the database and all clocks in one thread, driven by a seed: the
 * real code of both ends, in a world in which everything that can go wrong does. See docs/simulation.md.
 */
@NullMarked
package vzguard.it.simulation;

import org.jspecify.annotations.NullMarked;
