/** The agent's commands, by their arguments, output and exit codes. */
package vzguard.agent.verbs;
