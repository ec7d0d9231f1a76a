/** Who this agent is: enrolment, the two slots of its identity, and the roots that it trusts. */
@NullMarked
package dev.perennial.agent.identity;

import org.jspecify.annotations.NullMarked;
