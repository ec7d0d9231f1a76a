/**
 * PostgreSQL: where it is, how it is reached, how a transaction is run, how the schema comes to be, and who is woken by
 * what others commit. Rule: no other room opens a connection, and no statement about the domain stands here.
 */
@NullMarked
package dev.perennial.server.db;

import org.jspecify.annotations.NullMarked;
