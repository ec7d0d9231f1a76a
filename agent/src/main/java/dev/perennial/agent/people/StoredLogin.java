package dev.perennial.agent.people;

import java.net.URI;
import java.time.Instant;

/**
 * What {@code login} leaves behind.
 *
 * @param ca the roots to verify the server with, in PEM
 * @param token the access token; secret
 * @param tokenId by which the token is taken back
 */
record StoredLogin(URI server, String ca, String user, String token, String tokenId, Instant expires) {}
