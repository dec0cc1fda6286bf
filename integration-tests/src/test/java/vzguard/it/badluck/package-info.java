/** Programs that hang, are killed, do nothing, or find a lock, on simulated hosts: named, survived, and mended later. */
package vzguard.it.badluck;
