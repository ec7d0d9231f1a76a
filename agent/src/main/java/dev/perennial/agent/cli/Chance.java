package dev.perennial.agent.cli;

import java.security.SecureRandom;
import java.time.InstantSource;

/** Time and randomness, as the main gives them. */
record Chance(InstantSource clock, SecureRandom random) {}
