package dev.perennial.server.enrolment;

import dev.perennial.server.fleet.Agent;
import java.time.Instant;

/**
 * An agent with the client certificate that it is known by.
 *
 * @param chain the certificate and what leads to the root of identities, PEM, leaf first
 */
public record Identity(Agent agent, String chain, Instant notAfter, Instant renewalTime) {}
