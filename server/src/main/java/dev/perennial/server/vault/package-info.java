/**
 * Private keys: made, sealed for the database, and used. A key leaves this package only sealed; nothing here prints
 * one, and nothing else in the server signs.
 */
@NullMarked
package dev.perennial.server.vault;

import org.jspecify.annotations.NullMarked;
