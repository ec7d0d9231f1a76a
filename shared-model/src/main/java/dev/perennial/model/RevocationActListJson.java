package dev.perennial.model;

import java.util.List;

/** Acts of revocation, newest first. */
public record RevocationActListJson(List<RevocationActJson> revocations, int limit) {}
