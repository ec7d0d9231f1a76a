/**
 * What happened: the audit record and the ordered events, both written in the transaction of the change they tell of.
 * The room's entry is {@link dev.perennial.server.audit.Events}.
 */
@NullMarked
package dev.perennial.server.audit;

import org.jspecify.annotations.NullMarked;
