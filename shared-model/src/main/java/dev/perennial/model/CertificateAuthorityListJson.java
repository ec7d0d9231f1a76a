package dev.perennial.model;

import java.util.List;

/** The envelope of a list of CAs. */
public record CertificateAuthorityListJson(List<CertificateAuthorityJson> certificateAuthorities, int limit) {}
