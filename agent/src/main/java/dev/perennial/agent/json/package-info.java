/**
 * JSON to and from records, for the server's API and the state files. Small on purpose: a general binder costs a run that
 * has nothing to do a third of its time, and the daemon a tenth of its memory (FootprintIT).
 */
@NullMarked
package dev.perennial.agent.json;

import org.jspecify.annotations.NullMarked;
