package dev.perennial.server.enrolment;

import java.time.Instant;
import java.util.List;

/** A token that lets agents in; its secret is known only by its hash. */
public record EnrolmentToken(
        String id, String orgId, List<String> names, int uses, int usesLeft, Instant expires, Instant created) {}
