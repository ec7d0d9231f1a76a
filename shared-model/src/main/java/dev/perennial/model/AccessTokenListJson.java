package dev.perennial.model;

import java.util.List;

/** The envelope of a list of access tokens. */
public record AccessTokenListJson(List<AccessTokenJson> accessTokens, int limit) {}
