package dev.perennial.model;

import java.util.List;

/** The envelope of a list of organisations. */
public record OrganisationListJson(List<OrganisationJson> organisations, int limit) {}
