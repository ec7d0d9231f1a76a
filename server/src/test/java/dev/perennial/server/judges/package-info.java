/** Relying parties that know nothing of each other: what one of them refuses and another takes is a mistake of ours. */
package dev.perennial.server.judges;
