package dev.perennial.model;

import java.util.List;

/** The envelope of a list of enrolment tokens. */
public record EnrolmentTokenListJson(List<EnrolmentTokenJson> enrolmentTokens, int limit) {}
