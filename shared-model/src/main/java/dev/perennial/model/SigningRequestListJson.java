package dev.perennial.model;

import java.util.List;

/** The envelope of a list of signing requests. */
public record SigningRequestListJson(List<SigningRequestJson> certificateSigningRequests, int limit) {}
