/**
 * The door that speaks Canonical Notary's {@code /api/v1}: its words, shapes and codes, and nothing that decides
 * (docs/dialects/notary.md). Rule: it goes to the rooms by their entries only, and by ids; its clients know numbers.
 */
@NullMarked
package dev.perennial.server.notary;

import org.jspecify.annotations.NullMarked;
